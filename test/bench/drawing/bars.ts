import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { Chart } from '../part.ts';
import {
  type Area,
  type Drawing,
  element,
  formatter,
  isNumber,
  LINE_HEIGHT,
  line,
  TO_BASELINE,
  text,
  widthOf,
  wrap,
} from './svg.ts';

const LABEL_CHARACTERS = 32;
const BAR_HEIGHT = 16;
const STACKED_BAR_HEIGHT = 26;
const GROUP_GAP = 12;
/** The space for the value behind the longest bar. */
const VALUE_WIDTH = 60;
const TICKS = 5;

type Values = readonly (number | undefined)[];
type Scale = ScaleLinear<number, number>;

/** The bars of a label, and their values, which are drawn last. */
interface Group {
  readonly bars: readonly string[];
  readonly values: readonly string[];
}

const sum = (values: Values) => values.filter(isNumber).reduce((total, value) => total + value, 0);

/** Draws horizontal bars between two positions on the horizontal axis. The text of a goal stands above `top`. */
export function drawBars(
  { kind, labels, series, goal, decimals = 0 }: Chart,
  { left, right, top }: Area,
): Drawing {
  const isStacked = kind === 'stacked bars';
  const names = labels.map((label) => wrap(String(label), LABEL_CHARACTERS));
  const start = left + Math.max(...names.flat().map(widthOf)) + 10;
  const groups = labels.map((_, i) => series.map(({ values }) => values[i]));
  const longest = Math.max(
    goal?.value ?? 0,
    ...(isStacked ? groups.map(sum) : groups.flat().filter(isNumber)),
  );
  const scale = scaleLinear([0, longest], [start, right - VALUE_WIDTH]).nice(TICKS);
  const drawGroup = isStacked ? drawStack : drawRows;

  const parts: string[] = [];
  const values: string[] = [];
  let y = top;
  for (const [i, group] of groups.entries()) {
    const name = names[i] ?? [];
    const barsHeight = isStacked ? STACKED_BAR_HEIGHT : group.filter(isNumber).length * BAR_HEIGHT;
    const height = Math.max(barsHeight, name.length * LINE_HEIGHT);
    const firstLine = y + (height - (name.length - 1) * LINE_HEIGHT) / 2 + TO_BASELINE;
    const drawn = drawGroup(group, y + (height - barsHeight) / 2, scale, formatter(decimals));
    parts.push(...name.map((part, n) => text(start - 10, firstLine + n * LINE_HEIGHT, part, 'end')));
    parts.push(...drawn.bars);
    values.push(...drawn.values);
    y += height + GROUP_GAP;
  }

  const bottom = y - GROUP_GAP / 2;
  const format = scale.tickFormat(TICKS);
  const axis = scale
    .ticks(TICKS)
    .flatMap((tick) => [
      line(scale(tick), top - 6, scale(tick), bottom, 'grid'),
      text(scale(tick), bottom + LINE_HEIGHT, format(tick), 'muted middle'),
    ]);
  if (goal) {
    // An edge around the line would hide the values on stacked bars.
    for (const style of isStacked ? ['goal'] : ['goal-edge', 'goal']) {
      parts.push(line(scale(goal.value), top - 6, scale(goal.value), bottom, style));
    }
    parts.push(text(scale(goal.value), top - 12, goal.text, 'goal-text middle'));
  }
  return { svg: [...axis, ...parts, ...values].join('\n'), height: bottom + LINE_HEIGHT - top };
}

/** Draws the series of a label below each other, each with its value behind its bar. */
function drawRows(group: Values, top: number, scale: Scale, format: (value: number) => string): Group {
  const rows = group
    .flatMap((value, n) => (value === undefined ? [] : [{ n, value }]))
    .map((row, i) => ({ ...row, y: top + i * BAR_HEIGHT }));
  return {
    bars: rows.map(({ n, value, y }) => bar(n, scale(0), y, scale(value), BAR_HEIGHT)),
    values: rows.map(({ value, y }) =>
      text(scale(value) + 6, y + BAR_HEIGHT / 2 + TO_BASELINE, format(value), 'value'),
    ),
  };
}

/** Draws the series of a label in one bar, with the sum behind it. A value stands on its part if there is space. */
function drawStack(group: Values, top: number, scale: Scale, format: (value: number) => string): Group {
  const baseline = top + STACKED_BAR_HEIGHT / 2 + TO_BASELINE;
  const ends = group.map((_, n) => scale(sum(group.slice(0, n + 1))));
  const parts = group.flatMap((value, n) =>
    value === undefined ? [] : [{ n, label: format(value), from: ends[n - 1] ?? scale(0), to: ends[n] ?? 0 }],
  );
  return {
    bars: parts.map(({ n, from, to }) => bar(n, from, top, to, STACKED_BAR_HEIGHT)),
    values: [
      ...parts
        .filter(({ label, from, to }) => to - from > widthOf(label) + 8)
        .map(({ label, from, to }) => text((from + to) / 2, baseline, label, 'on-bar middle')),
      text(scale(sum(group)) + 6, baseline, format(sum(group)), 'value'),
    ],
  };
}

function bar(n: number, from: number, y: number, to: number, height: number): string {
  return element('rect', { class: `fill-${n}`, x: from, y, width: to - from, height, rx: 2 });
}
