import { usualWay, waysFor } from './ways';

const model = (task: 'classify' | 'chat' | 'forecast', ...runtimes: string[]) => ({
  kind: 'model' as const,
  task,
  versions: runtimes.map((runtime) => ({ runtime })) as never,
});

describe('the way to make a version', () => {
  it('is the one that the newest version was made with', () => {
    expect(usualWay(model('classify', 'onnx_model', 'inference'))?.key).toBe('file');
    expect(usualWay(model('chat', 'anthropic'))?.key).toBe('language');
  });

  it('is chosen by the person where the newest was made otherwise', () => {
    expect(usualWay(model('classify', 'skops'))).toBeUndefined();
    expect(waysFor(model('classify', 'skops')).map(({ key }) => key)).toEqual(['server', 'file']);
  });

  it('is clear where there is only one', () => {
    expect(usualWay({ kind: 'prompt', task: '', versions: [] })?.key).toBe('prompt');
  });

  it('is none for what is only made by training', () => {
    expect(waysFor(model('forecast', 'forecast'))).toEqual([]);
  });
});
