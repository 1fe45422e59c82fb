using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>A certificate for localhost that nobody signed, as PEM files.</summary>
internal sealed class SelfMadeCertificate : IDisposable
{
    /// <summary>By this variable the Redis client is told of an issuer to trust.</summary>
    public const string TrustedIssuer = "SERedis_IssuerCertPath";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-tls-");

    public SelfMadeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificatePath => Path.Combine(_folder.FullName, "server.crt");

    public string KeyPath => Path.Combine(_folder.FullName, "server.key");

    public void Dispose() => _folder.Delete(recursive: true);
}
