import { deviceOf, placeOf } from './devices';

const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';

describe('a device by what its browser calls itself', () => {
  it.each([
    [WINDOWS, 'Chrome', 'Windows'],
    [`${WINDOWS} Edg/140.0`, 'Edge', 'Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox', 'Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari',
      'iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome', 'Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1.15', 'Safari', 'macOS'],
  ])('%s', (agent, browser, system) => {
    expect(deviceOf(agent)).toMatchObject({ browser, system });
  });

  it('does not guess what a program is', () => {
    expect(deviceOf('python-httpx/0.28')).toEqual({ browser: null, system: null, mobile: false });
  });
});

describe('the place of an address', () => {
  it.each([
    ['127.0.0.1', 'here'],
    ['::1', 'here'],
    ['::ffff:10.1.2.3', 'network'],
    ['172.20.0.4', 'network'],
    ['172.32.0.4', 'internet'],
    ['fd12:3456::1', 'network'],
    ['2001:db8::1', 'internet'],
    ['203.0.113.9', 'internet'],
  ])('%s is %s', (address, place) => {
    expect(placeOf(address)).toBe(place);
  });
});
