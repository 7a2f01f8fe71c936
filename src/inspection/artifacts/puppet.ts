// Generated from contracts/inspection/Puppet.sol by "npm run contracts". Not to be edited.

/** The ABI and the runtime bytecode of Puppet. */
export const puppet = {
  abi: [
    { stateMutability: "nonpayable", type: "fallback" },
    {
      inputs: [
        {
          components: [
            { internalType: "address", name: "from", type: "address" },
            { internalType: "address", name: "to", type: "address" },
            { internalType: "uint256", name: "gas", type: "uint256" },
            { internalType: "bytes", name: "data", type: "bytes" },
          ],
          internalType: "struct Step",
          name: "step",
          type: "tuple",
        },
        { internalType: "uint256", name: "keep", type: "uint256" },
      ],
      name: "act",
      outputs: [
        {
          components: [
            { internalType: "bool", name: "played", type: "bool" },
            { internalType: "bool", name: "succeeded", type: "bool" },
            { internalType: "uint256", name: "gasUsed", type: "uint256" },
            { internalType: "uint256", name: "size", type: "uint256" },
            { internalType: "bytes", name: "data", type: "bytes" },
          ],
          internalType: "struct Outcome",
          name: "outcome",
          type: "tuple",
        },
      ],
      stateMutability: "nonpayable",
      type: "function",
    },
    {
      inputs: [
        { internalType: "address", name: "", type: "address" },
        { internalType: "address", name: "", type: "address" },
        { internalType: "uint256", name: "", type: "uint256" },
        { internalType: "bytes", name: "", type: "bytes" },
      ],
      name: "onERC721Received",
      outputs: [{ internalType: "bytes4", name: "", type: "bytes4" }],
      stateMutability: "pure",
      type: "function",
    },
    {
      inputs: [
        { internalType: "address", name: "", type: "address" },
        { internalType: "address", name: "", type: "address" },
        { internalType: "uint256", name: "", type: "uint256" },
        { internalType: "bytes", name: "", type: "bytes" },
      ],
      name: "onKIP17Received",
      outputs: [{ internalType: "bytes4", name: "", type: "bytes4" }],
      stateMutability: "pure",
      type: "function",
    },
  ],
  bytecode:
    "0x608060405234801561000f575f5ffd5b506004361061003f575f3560e01c8063150b7a02146100415780636745782b146100af5780638cb72333146100e7575b005b61007961004f36600461029b565b7f150b7a020000000000000000000000000000000000000000000000000000000095945050505050565b6040517fffffffff0000000000000000000000000000000000000000000000000000000090911681526020015b60405180910390f35b6100796100bd36600461029b565b7f6745782b0000000000000000000000000000000000000000000000000000000095945050505050565b6100fa6100f5366004610330565b610107565b6040516100a69190610376565b6101396040518060a001604052805f151581526020015f151581526020015f81526020015f8152602001606081525090565b7fffffffffffffffffffffffff9a2ea390177c1097ccdde454f6c155327f95f5c5330161026d575f61016e60608501856103e0565b8080601f0160208091040260200160405190810160405280939291908181526020018383808284375f9201829052509394506101b492505050604086016020870161042a565b905060408501355f80805a90505f5f8751602089015f8989f192505f5a6101db908361044a565b90503d92505f8984106101ee57896101f0565b835b67ffffffffffffffff81111561020857610208610469565b6040519080825280601f01601f191660200182016040528015610232576020820181803683370190505b50905080515f602083013e6040805160a081018252600181529515156020870152850191909152606084019290925250608082015293505050505b92915050565b803573ffffffffffffffffffffffffffffffffffffffff81168114610296575f5ffd5b919050565b5f5f5f5f5f608086880312156102af575f5ffd5b6102b886610273565b94506102c660208701610273565b935060408601359250606086013567ffffffffffffffff8111156102e8575f5ffd5b8601601f810188136102f8575f5ffd5b803567ffffffffffffffff81111561030e575f5ffd5b88602082840101111561031f575f5ffd5b959894975092955050506020019190565b5f5f60408385031215610341575f5ffd5b823567ffffffffffffffff811115610357575f5ffd5b830160808186031215610368575f5ffd5b946020939093013593505050565b6020815281511515602082015260208201511515604082015260408201516060820152606082015160808201525f608083015160a08084015280518060c0850152806020830160e086015e5f60e0828601015260e0601f19601f8301168501019250505092915050565b5f5f8335601e198436030181126103f5575f5ffd5b83018035915067ffffffffffffffff82111561040f575f5ffd5b602001915036819003821315610423575f5ffd5b9250929050565b5f6020828403121561043a575f5ffd5b61044382610273565b9392505050565b8181038181111561026d57634e487b7160e01b5f52601160045260245ffd5b634e487b7160e01b5f52604160045260245ffdfea164736f6c6343000825000a",
} as const;
