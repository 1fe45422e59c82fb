using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>The key that tokens are signed with, made at the start and gone at the end.</summary>
internal sealed class SigningKey : IDisposable
{
    private const int Bits = 2048;

    private readonly RSA _rsa = RSA.Create(Bits);

    public SigningKey()
    {
        Key = new RsaSecurityKey(_rsa);
        Key.KeyId = WebEncoders.Base64UrlEncode(Key.ComputeJwkThumbprint());
    }

    public RsaSecurityKey Key { get; }

    /// <summary>The public half, as a JSON Web Key Set has it.</summary>
    public object ToJsonWebKey()
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);
        return new
        {
            kty = "RSA",
            use = "sig",
            alg = SecurityAlgorithms.RsaSha256,
            kid = Key.KeyId,
            n = WebEncoders.Base64UrlEncode(parameters.Modulus!),
            e = WebEncoders.Base64UrlEncode(parameters.Exponent!),
        };
    }

    public void Dispose() => _rsa.Dispose();
}
