import { hostOf, isPublicAddress } from './webhook-addresses.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '192.167.1.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'takes %s for public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['127.0.0.1', 'the own machine'],
    ['127.255.255.254', 'the own machine'],
    ['0.0.0.0', 'the own machine'],
    ['10.1.2.3', 'a private network'],
    ['172.16.0.1', 'a private network'],
    ['172.31.255.255', 'a private network'],
    ['192.168.0.1', 'a private network'],
    ['100.64.0.1', 'the provider’s network'],
    ['169.254.169.254', 'the metadata service of clouds'],
    ['224.0.0.1', 'a group'],
    ['255.255.255.255', 'everybody here'],
    ['::', 'the own machine'],
    ['::1', 'the own machine'],
    ['::ffff:127.0.0.1', 'an IPv4 address in disguise'],
    ['::ffff:8.8.8.8', 'an IPv4 address in disguise'],
    ['::7f00:1', 'an old disguise'],
    ['64:ff9b::7f00:1', 'an IPv4 address behind NAT64'],
    ['2002:7f00:1::', 'an IPv4 address behind 6to4'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'an example'],
    ['fc00::1', 'a private network'],
    ['fd12:3456::1', 'a private network'],
    ['fe80::1', 'the own wire'],
    ['fe80::1%eth0', 'the own wire'],
    ['ff02::1', 'a group'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ])('takes %s for not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('hostOf', () => {
  it.each([
    ['HOOKS.Example.ORG', 'hooks.example.org'],
    ['2130706433', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[::FFFF:127.0.0.1]', '[::ffff:7f00:1]'],
  ])('spells %s as URLs do: %s', (host, expected) => {
    expect(hostOf(host)).toBe(expected);
  });
});
