/** English test vectors of BIP-39: https://github.com/trezor/python-mnemonic/blob/master/vectors.json (entropy, phrase). */
export const bip39Vectors: readonly (readonly [entropy: string, phrase: string])[] = [
  [
    "00000000000000000000000000000000",
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
  ],
  ["7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "legal winner thank year wave sausage worth useful legal winner thank yellow"],
  [
    "80808080808080808080808080808080",
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
  ],
  ["ffffffffffffffffffffffffffffffff", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"],
  ["7dce4ed2284c9134d026608ab684c05c", "lava include region explain simple omit dog slot melt reflect copy reward"],
  [
    "5baf069620eff15c71dd97c9a6ee328f",
    "forum join pitch dove yellow purchase shuffle real situate danger million bunker",
  ],
  ["63deb1e7f0c3de56f4ab43c9d2ae6c86", "glow void ketchup thunder digital clock sport half six nice open artefact"],
  ["00641669f095b433a304ed0f953f28eb", "about camera omit thrive forget border metal oval auto prepare sketch stomach"],
  [
    "0ce452419635c1a5faf44d60f2029f73fdc43419b4de1f03",
    "artefact card motor cluster foster spray type meadow genius mosquito pond tree sword borrow grocery orange business burger",
  ],
  [
    "e77c6500b49072aefdf0a8aa787cf557d1920e94103e0597",
    "trash tobacco dizzy hard already first water bench price sentence diary quick bomb also expect amazing airport royal",
  ],
  [
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote",
  ],
  [
    "89bb4bc5555992cdaf3444c5e7ca5a6e9f27efab894f1990bae41be8b2a26ea4",
    "meadow surge vanish primary odor grocery rubber mass shine dinner notable tag venue water purchase clarify book magic ribbon daughter menu eye ritual orchard",
  ],
];
