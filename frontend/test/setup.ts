import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { i18next } from '@/app/i18n';
import en from '@/app/messages/en';

i18next.addResourceBundle('en', 'translation', en, true);
afterEach(cleanup);
// A machine with other work answers late; what never comes still fails.
configure({ asyncUtilTimeout: 10_000 });

// What jsdom lacks and Mantine and the canvas ask for.
if (typeof window !== 'undefined') {
  window.matchMedia ??= (query: string) =>
    ({
      matches: false,
      media: query,
      onchange: null,
      addEventListener: () => {},
      removeEventListener: () => {},
      addListener: () => {},
      removeListener: () => {},
      dispatchEvent: () => false,
    }) as MediaQueryList;
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  window.DOMMatrixReadOnly ??= class {
    m22 = 1;
  } as unknown as typeof DOMMatrixReadOnly;
  Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });
  window.HTMLElement.prototype.scrollIntoView ??= () => {};
  window.scrollTo = () => {};
  Object.defineProperties(window.HTMLElement.prototype, {
    offsetWidth: { configurable: true, get: () => 240 },
    offsetHeight: { configurable: true, get: () => 72 },
  });
  (window.SVGElement.prototype as unknown as { getBBox: () => DOMRect }).getBBox ??= () =>
    ({ x: 0, y: 0, width: 0, height: 0 }) as DOMRect;
}
