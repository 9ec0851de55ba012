/** The permutation of RFC 1319, derived from pi. */
const S = Buffer.from(
  "292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca" +
    "1e9b573cfdd4e01667426f188a17e512be4ec4d6da9ede49a0fbf58ebb2fee7a" +
    "a968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703" +
    "ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1" +
    "459d705964718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f" +
    "5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52" +
    "6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39" +
    "f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314",
  "hex",
);
const BLOCK = 16;
const ROUNDS = 18;

/** The MD2 digest of RFC 1319, which OpenSSL no longer has. Insecure. Costs 0.1 to 0.2 µs per byte. */
export function md2(data: Buffer): Buffer {
  const padding = BLOCK - (data.length % BLOCK);
  const message = Buffer.concat([data, Buffer.alloc(padding, padding)]);
  const state = new Uint8Array(3 * BLOCK);
  for (let at = 0; at < message.length; at += BLOCK) absorb(state, message.subarray(at, at + BLOCK));
  absorb(state, checksumOf(message));
  return Buffer.from(state.subarray(0, BLOCK));
}

function checksumOf(message: Buffer): Uint8Array {
  const checksum = new Uint8Array(BLOCK);
  let last = 0;
  for (let at = 0; at < message.length; at++) {
    last = checksum[at % BLOCK]! ^ S[message[at]! ^ last]!;
    checksum[at % BLOCK] = last;
  }
  return checksum;
}

function absorb(state: Uint8Array, block: Uint8Array): void {
  for (let at = 0; at < BLOCK; at++) {
    state[BLOCK + at] = block[at]!;
    state[2 * BLOCK + at] = block[at]! ^ state[at]!;
  }
  let last = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < state.length; at++) {
      last = state[at]! ^ S[last]!;
      state[at] = last;
    }
    last = (last + round) % 256;
  }
}
