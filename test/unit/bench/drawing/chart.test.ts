import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { toSvg } from '../../../bench/drawing/chart.ts';
import type { Chart } from '../../../bench/part.ts';

const bars: Chart = {
  name: 'speed',
  title: 'Speed',
  kind: 'bars',
  unit: 'requests/s',
  labels: ['this system', 'another one'],
  series: [
    { name: 'GET', values: [1_355, 599] },
    { name: 'POST', values: [1_465, undefined] },
  ],
  finding: 'This system responds to 1,355 GETs a second.',
};
const stacked: Chart = { ...bars, kind: 'stacked bars' };
const lines: Chart = {
  ...bars,
  kind: 'lines',
  decimals: 2,
  labels: ['10', '1,000'],
  labelTitle: 'todos of the user',
  series: [{ name: 'get', values: [1, 1.02] }],
};

/** Parses the file, and throws if it is not well-formed. */
function parse(svg: string) {
  const onError = (_level: string, message: string) => {
    throw new Error(message);
  };
  return new DOMParser({ onError }).parseFromString(svg, 'image/svg+xml');
}

const textsOf = (svg: string, element = 'text') =>
  Array.from(parse(svg).getElementsByTagName(element), ({ textContent }) => textContent);

const widthsOf = (svg: string, color: string) =>
  Array.from(parse(svg).getElementsByTagName('rect'))
    .filter((rect) => rect.getAttribute('class') === color && rect.getAttribute('height') !== '12')
    .map((rect) => Number(rect.getAttribute('width')));

/** The relative luminance of a color such as `#0969da` (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('a chart', () => {
  it.each([bars, stacked, lines])('of $kind has its title and its finding for a screen reader', (chart) => {
    expect(textsOf(toSvg(chart), 'title')).toEqual(['Speed']);
    expect(textsOf(toSvg(chart), 'desc')).toEqual(['This system responds to 1,355 GETs a second.']);
    const root = parse(toSvg(chart)).documentElement;
    expect(root?.getAttribute('role')).toBe('img');
    expect(root?.getAttribute('aria-labelledby')).toBe('title description');
  });

  it('of bars has each label, and each value behind its bar', () => {
    expect(textsOf(toSvg(bars))).toEqual(
      expect.arrayContaining(['GET', 'POST', 'this system', 'another one', '1,355', '599', '1,465']),
    );
    const [first = 0, second = 0] = widthsOf(toSvg(bars), 'fill-0');
    expect(second / first).toBeCloseTo(599 / 1_355, 2);
    expect(widthsOf(toSvg(bars), 'fill-1')).toHaveLength(1);
  });

  it('of stacked bars has the sum behind each bar', () => {
    expect(textsOf(toSvg(stacked))).toEqual(expect.arrayContaining(['1,355', '1,465', '2,820', '599']));
  });

  it('of lines has the places on its axis, and its values with their decimal places', () => {
    const texts = textsOf(toSvg(lines));
    expect(texts).toEqual(expect.arrayContaining(['10', '1,000', 'todos of the user', '1.00', '1.02']));
    expect(parse(toSvg(lines)).getElementsByTagName('polyline')).toHaveLength(1);
  });

  it('of lines over time has a place for each number in proportion', () => {
    const overTime = { ...lines, labels: [0, 15, 60], series: [{ name: 'memory', values: [1, 2, 2] }] };
    const [line] = parse(toSvg(overTime)).getElementsByTagName('polyline');
    const places = line
      ?.getAttribute('points')
      ?.split(' ')
      .map((point) => Number(point.split(',')[0]));
    const [start = 0, quarter = 0, end = 0] = places ?? [];
    expect((quarter - start) / (end - start)).toBeCloseTo(0.25, 2);
  });

  it.each([bars, stacked, lines])('of $kind shows the goal', (chart) => {
    const svg = toSvg({ ...chart, goal: { text: 'the goal: 5', value: 5 } });
    expect(textsOf(svg)).toContain('the goal: 5');
    expect(svg).toContain('class="goal"');
  });

  it('escapes text', () => {
    const svg = toSvg({ ...bars, title: 'a < b & "c"', labels: ['<script>', ']]>'] });
    expect(textsOf(svg, 'title')).toEqual(['a < b & "c"']);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['<script>', ']]>']));
    expect(parse(svg).getElementsByTagName('script')).toHaveLength(0);
  });

  it('follows the color scheme of the reader', () => {
    const [style = ''] = textsOf(toSvg(bars), 'style');
    const [light = '', dark = ''] = (style ?? '').split('@media (prefers-color-scheme:dark)');
    expect(light).toContain('.paper{fill:#ffffff');
    expect(dark).toContain('.paper{fill:#0d1117');
    for (const rule of ['text{fill:', '.fill-0{fill:', '.line-0{stroke:', '.goal{stroke:']) {
      expect(light, rule).toContain(rule);
      expect(dark, rule).toContain(rule);
    }
  });

  it('has a contrast of 4.5 between its paper and its texts, bars and lines, in both schemes', () => {
    const [style = ''] = textsOf(toSvg(bars), 'style');
    for (const colors of (style ?? '').split('@media')) {
      const colorOf = (rule: string) => colors.split(`${rule}:`)[1]?.slice(0, 7) ?? '';
      const rules = ['.muted{fill', '.goal{stroke', '.goal-text{fill'];
      const series = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [`.fill-${n}{fill`, `.line-${n}{stroke`]);
      for (const rule of [...rules, ...series]) {
        expect(contrast(colorOf(rule), colorOf('.paper{fill')), rule).toBeGreaterThan(4.5);
      }
    }
  });

  it.each([bars, stacked, lines])('of $kind needs no other file', (chart) => {
    expect(toSvg(chart).replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|href|url\(|@import|<script/,
    );
  });

  it.each([bars, stacked, lines])('of $kind has the same bytes for the same data', (chart) => {
    expect(toSvg(structuredClone(chart))).toBe(toSvg(chart));
  });

  it('refuses more series than it has colors', () => {
    const series = Array.from({ length: 10 }, (_, i) => ({ name: String(i), values: [1, 2] }));
    expect(() => toSvg({ ...bars, series })).toThrow(
      new RangeError('speed: 10 series, and there are 9 colors'),
    );
  });

  it('refuses a series without a value for each label', () => {
    expect(() => toSvg({ ...bars, series: [{ name: 'GET', values: [1] }] })).toThrow(
      new RangeError('speed: GET has 1 values for 2 labels'),
    );
  });
});
