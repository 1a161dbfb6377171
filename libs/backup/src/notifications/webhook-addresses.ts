import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 addresses that are not for everybody. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const SPECIAL_IPV4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

/** Of IPv6, only what may be routed everywhere is public at all. */
const GLOBAL_IPV6 = blockList('ipv6', [['2000::', 3]]);

/** And of that, not what holds other addresses or is for examples. */
const SPECIAL_IPV6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Whether an address is one that everybody on the Internet reaches: no own machine, private network or metadata service. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    return !SPECIAL_IPV4.check(address, 'ipv4');
  }
  return isIPv6(address) && GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6');
}

/** A host as URLs spell it: lower case, numbers as dotted quads, IPv6 in brackets. */
export function hostOf(host: string): string {
  return URL.parse(`http://${host}`)?.hostname ?? host;
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, family);
  }
  return list;
}
