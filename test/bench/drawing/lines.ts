import { scaleLinear, scalePoint } from 'd3-scale';
import type { Chart } from '../part.ts';
import {
  type Area,
  type Drawing,
  element,
  formatter,
  isNumber,
  LINE_HEIGHT,
  line,
  round,
  TEXT_SIZE,
  TO_BASELINE,
  text,
  widthOf,
} from './svg.ts';

const PLOT_HEIGHT = 300;
const POINT_RADIUS = 3.5;
const TICKS = 5;
const TIME_TICKS = 8;
/** The values of more lines than these would hide the lines. */
const MOST_LINES_WITH_VALUES = 4;

/** Draws lines between two positions on the horizontal axis. */
export function drawLines(
  { labels, labelTitle, series, goal, decimals = 0 }: Chart,
  { left, right, top }: Area,
): Drawing {
  const bottom = top + PLOT_HEIGHT;
  const highest = Math.max(goal?.value ?? 0, ...series.flatMap(({ values }) => values).filter(isNumber));
  const y = scaleLinear([0, highest], [bottom, top]).nice(TICKS);
  const format = y.tickFormat(TICKS);
  const start = left + Math.max(...y.ticks(TICKS).map((tick) => widthOf(format(tick)))) + 10;
  const places = placesOf(labels, start, right);

  const axis = y
    .ticks(TICKS)
    .flatMap((tick) => [
      line(start, y(tick), right, y(tick), 'grid'),
      text(start - 8, y(tick) + TO_BASELINE, format(tick), 'muted end'),
    ]);
  axis.push(...places.ticks.map(({ x, name }) => text(x, bottom + LINE_HEIGHT + 3, name, 'muted middle')));
  if (labelTitle)
    axis.push(text((start + right) / 2, bottom + 2 * LINE_HEIGHT + 8, labelTitle, 'muted middle'));
  if (goal) {
    axis.push(line(start, y(goal.value), right, y(goal.value), 'goal'));
    axis.push(text(right, y(goal.value) - 6, goal.text, 'goal-text end'));
  }

  const lines = series.flatMap(({ values }, n) => {
    const points = values.flatMap((value, i) =>
      value === undefined ? [] : [{ x: places.of[i] as number, y: y(value) }],
    );
    const path = points.map((point) => `${round(point.x)},${round(point.y)}`).join(' ');
    const drawn = element('polyline', { class: `line line-${n}`, points: path });
    const dots = points.map((point) =>
      element('circle', { class: `fill-${n}`, cx: point.x, cy: point.y, r: POINT_RADIUS }),
    );
    return places.areNamed ? [drawn, ...dots] : [drawn];
  });
  const hasValues = places.areNamed && series.length <= MOST_LINES_WITH_VALUES;
  const values = (hasValues ? places.of : []).flatMap((x, i) => {
    const above = series.flatMap(({ values: of }, n) => {
      const value = of[i];
      return value === undefined ? [] : [{ n, y: y(value) - 8, label: formatter(decimals)(value) }];
    });
    return spread(above).map((each) => text(x, each.y, each.label, `value text-${each.n} middle`));
  });
  const height = PLOT_HEIGHT + LINE_HEIGHT + 3 + (labelTitle ? LINE_HEIGHT + 5 : 0);
  return { svg: [...axis, ...lines, ...values].join('\n'), height };
}

interface Places {
  /** The position of each label. */
  readonly of: readonly number[];
  readonly ticks: readonly { readonly x: number; readonly name: string }[];
  readonly areNamed: boolean;
}

/** Gives names the same distances, and numbers distances in proportion. */
function placesOf(labels: Chart['labels'], left: number, right: number): Places {
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length === 0) {
    const names = labels.map(String);
    const scale = scalePoint(names, [left, right]).padding(0.5);
    const ticks = names.map((name) => ({ x: scale(name) as number, name }));
    return { of: ticks.map(({ x }) => x), ticks, areNamed: true };
  }
  const scale = scaleLinear([Math.min(...numbers), Math.max(...numbers)], [left, right]);
  const format = scale.tickFormat(TIME_TICKS);
  const ticks = scale.ticks(TIME_TICKS).map((tick) => ({ x: scale(tick), name: format(tick) }));
  return { of: numbers.map((number) => scale(number)), ticks, areNamed: false };
}

/** Moves texts at the same place up until none overlaps another. */
function spread<Placed extends { readonly y: number }>(texts: readonly Placed[]): Placed[] {
  const placed: Placed[] = [];
  for (const each of texts.toSorted((a, b) => b.y - a.y)) {
    const lowest = (placed.at(-1)?.y ?? Number.POSITIVE_INFINITY) - (TEXT_SIZE + 1);
    placed.push({ ...each, y: Math.min(each.y, lowest) });
  }
  return placed;
}
