import { runShown, stepShown, toneOf } from './words';

describe('words of states', () => {
  it.each([
    ['pending', 'waiting'],
    ['waiting', 'waiting'],
    ['needs_person', 'needs-you'],
    ['needs_review', 'needs-you'],
    ['cancelled', 'stopped'],
    ['done', 'done'],
    ['failed', 'failed'],
    ['skipped', 'skipped'],
    ['running', 'running'],
  ] as const)('a step that is %s shows as %s', (status, shown) => {
    expect(stepShown(status)).toBe(shown);
  });

  it('shows a switched-off step as off whatever it did before', () => {
    expect(stepShown('done', true)).toBe('off');
  });

  it('asks for a person only while a run waits for one', () => {
    expect(runShown('waiting', true)).toBe('needs-you');
    expect(runShown('waiting', false)).toBe('waiting');
    expect(runShown('done', true)).toBe('done');
  });

  it('keeps the colour of failure for failure', () => {
    expect(toneOf('failed')).toBe('failed');
    expect(toneOf('stopped')).toBe('quiet');
  });
});
