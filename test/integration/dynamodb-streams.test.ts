import { describe, expect, it } from 'vitest';
import { omitAccessors, requireAsEngine } from '../../infra/local/dynamodb/omit-accessors.ts';

omitAccessors();

describe('a stream of the engine', () => {
  it('has no accessor of its own, which would keep what it reaches until a full collection', () => {
    const Stream = requireAsEngine('lazy') as new () => object;
    const properties = Object.values(Object.getOwnPropertyDescriptors(new Stream()));
    expect(properties.length).toBeGreaterThan(10);
    expect(properties.filter(({ get }) => get)).toEqual([]);
  });

  it('hands over what it is given', async () => {
    const Stream = requireAsEngine('lazy') as new () => {
      takeWhile(condition: (value: number) => boolean): { join(take: (values: number[]) => void): void };
      emit(event: string, value?: number): void;
    };
    const stream = new Stream();
    const page = new Promise<number[]>((resolve) => stream.takeWhile((value) => value < 3).join(resolve));
    for (const value of [1, 2, 3]) stream.emit('data', value);
    expect(await page).toEqual([1, 2]);
  });
});
