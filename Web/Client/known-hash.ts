// The usual offset basis of FNV-1a, and another one for the second half.
const bases = [0x811c9dc5, 0x7ee3623a];
const prime = 0x01000193;

/** Which pipelines a client knows, in 16 hex digits, as the server computes it too. Ids are ASCII by the contract's rule. */
export function knownHash(ids: Iterable<string>): string {
  const text = [...ids].sort().join();
  return bases.map(basis => {
    let hash = basis;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
    return (hash >>> 0).toString(16).padStart(8, '0');
  }).join('');
}
