import { describe, expect, test } from "vitest";
import { addressRule } from "../../src/outgoing/addresses.ts";

const REFUSED = [
  ["this network", "0.0.0.0", "0.1.2.3"],
  ["loopback", "127.0.0.1", "127.255.255.254", "::1"],
  ["private", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
  ["link-local", "169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "fe80::1%eth0"],
  ["carrier-grade NAT", "100.64.0.1", "100.127.255.255"],
  ["multicast and broadcast", "224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"],
  ["reserved", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1"],
  ["unspecified", "::", "::0.0.0.0"],
  ["unique local", "fc00::1", "fd00:ec2::254"],
  [
    "IPv4 inside IPv6",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::ffff:0:10.0.0.1",
  ],
  ["NAT64", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"],
  ["tunnels", "2002:7f00:1::", "2001::1"],
  ["no host", "fec0::1", "100::1", "2001:db8::1", "4000::1", "5f00::1"],
  ["no address", "", "localhost", "127.1", "2130706433", "0x7f.1", "1.2.3"],
];

const TAKEN = ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8"];

describe("addresses that scripts may call", () => {
  const mayConnect = addressRule("");

  for (const [what, ...addresses] of REFUSED) {
    for (const address of addresses) {
      test(`does not include ${what}: "${address}"`, () => expect(mayConnect(address)).toBe(false));
    }
  }

  for (const address of TAKEN) test(`includes ${address}`, () => expect(mayConnect(address)).toBe(true));

  test("includes the configured networks, in every notation, and no others", () => {
    const rule = addressRule("10.0.3.0/24, 127.0.0.1,fd00::/16");
    expect(["10.0.3.7", "127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "8.8.8.8"].filter((a) => !rule(a))).toEqual([]);
    expect(["10.0.4.1", "127.0.0.2", "::1", "fd01::1", "169.254.169.254"].filter(rule)).toEqual([]);
  });

  for (const text of ["10.0.0.0/33", "::/129", "999.1.1.1", "10.0.0.0/8/8", "10.1/8", "fe80::1%lo", "10.0.0.0/-1"]) {
    test(`rejects "${text}" as a network`, () =>
      expect(() => addressRule(text)).toThrow(`"${text}" is neither an address`));
  }
});
