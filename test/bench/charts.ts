import { scaleLinear, scalePoint } from 'd3-scale';
import type { Chart } from './part.ts';

const WIDTH = 800;
const PADDING = 24;
const TEXT_SIZE = 13;
const LINE_HEIGHT = 17;
/** The mean width of a character in a system font of this size. An SVG file cannot measure its text. */
const CHARACTER_WIDTH = 6.6;

const LABEL_CHARACTERS = 32;
const BAR_HEIGHT = 16;
const STACKED_BAR_HEIGHT = 26;
const GROUP_GAP = 12;
/** The space for the value behind the longest bar. */
const VALUE_WIDTH = 60;
const PLOT_HEIGHT = 300;
const POINT_RADIUS = 3.5;
const MOST_LABELLED_LINES = 4;

interface Scheme {
  readonly paper: string;
  readonly border: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly goal: string;
  /** A text on a bar. */
  readonly onBar: string;
  readonly series: readonly string[];
}

/** The light colors are also those of a viewer that knows no color schemes. So each chart draws its own paper. */
const light: Scheme = {
  paper: '#ffffff',
  border: '#d1d9e0',
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#e6eaef',
  goal: '#cf222e',
  onBar: '#ffffff',
  series: ['#0969da', '#bc4c00', '#6e7781', '#1a7f37', '#8250df', '#bf3989', '#9a6700', '#1b7c83', '#57606a'],
};
const dark: Scheme = {
  paper: '#0d1117',
  border: '#3d444d',
  ink: '#f0f6fc',
  muted: '#9198a1',
  grid: '#262c34',
  goal: '#ff7b72',
  onBar: '#0d1117',
  series: ['#58a6ff', '#f0883e', '#8b949e', '#3fb950', '#bc8cff', '#f778ba', '#d29922', '#39c5cf', '#b1bac4'],
};
/** Lines differ in more than their color. */
const dashes = ['none', '7 4', '2 4', '10 3 2 3', '4 2', '1 3', '12 4', '6 2 2 2', '3 6'];

const styleOf = ({ paper, border, ink, muted, grid, goal, onBar, series }: Scheme): string =>
  [
    `.paper{fill:${paper};stroke:${border}}`,
    `text{fill:${ink}}`,
    `.muted{fill:${muted}}`,
    `.grid{stroke:${grid}}`,
    `.goal{stroke:${goal}}`,
    `.goal-text{fill:${goal}}`,
    `.on-bar{fill:${onBar}}`,
    ...series.flatMap((color, i) => [
      `.fill-${i}{fill:${color};stroke:${paper}}`,
      `.line-${i}{stroke:${color}}`,
      `.text-${i}{fill:${color}}`,
    ]),
  ].join('');

const style = `
text{font:${TEXT_SIZE}px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.title{font-size:17px;font-weight:600}
.middle{text-anchor:middle}
.end{text-anchor:end}
.goal{stroke-width:1.5;stroke-dasharray:5 4}
.line{fill:none;stroke-width:2.25;stroke-linejoin:round}
${dashes.map((dash, i) => `.line-${i}{stroke-dasharray:${dash}}`).join('')}
${styleOf(light)}
@media (prefers-color-scheme:dark){${styleOf(dark)}}
`;

type Attributes = Readonly<Record<string, string | number>>;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character] as string);

function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? String(round(value)) : value)}"`,
  );
  return content === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${content}</${name}>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

function text(x: number, y: number, content: string, classes = ''): string {
  return element('text', { x, y, ...(classes && { class: classes }) }, escapeXml(content));
}

const line = (x1: number, y1: number, x2: number, y2: number, classes: string) =>
  element('line', { x1, y1, x2, y2, class: classes });

const widthOf = (content: string) => content.length * CHARACTER_WIDTH;

/** Breaks a text at spaces into lines of at most so many characters. A longer word gets its own line. */
function wrap(content: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= characters) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A drawing, and the height that it takes. */
interface Drawing {
  readonly svg: string;
  readonly height: number;
}

/**
 * Draws a chart as an SVG file that needs nothing else: no script, no font, no image. The same data give the same bytes.
 * It follows the reader's color scheme. In a viewer that knows none it is light.
 * @throws {RangeError} when a series does not have one value for each label
 * @example
 * writeFileSync('charts/speed.svg', toSvg({ name: 'speed', title: 'Speed', kind: 'bars', unit: 'ms',
 *   labels: ['a', 'b'], series: [{ name: 'time', values: [1, 2] }], finding: 'b takes twice as long as a.' }));
 */
export function toSvg(chart: Chart): string {
  for (const { name, values } of chart.series) {
    if (values.length === chart.labels.length) continue;
    throw new RangeError(
      `${chart.name}: ${name} has ${values.length} values for ${chart.labels.length} labels`,
    );
  }
  const head = drawHead(chart);
  const top = head.height + (chart.goal ? 2 * LINE_HEIGHT : LINE_HEIGHT);
  const plot = chart.kind === 'lines' ? drawLines(chart, top) : drawBars(chart, top);
  const height = top + plot.height + PADDING;
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${round(height)}`,
    width: WIDTH,
    height,
    role: 'img',
    'aria-labelledby': 'title description',
  };
  const paper = { class: 'paper', x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 6 };
  const content = [
    element('title', { id: 'title' }, escapeXml(chart.title)),
    element('desc', { id: 'description' }, escapeXml(chart.finding)),
    element('style', {}, style),
    element('rect', paper),
    head.svg,
    plot.svg,
  ];
  return `${element('svg', root, `\n${content.join('\n')}\n`)}\n`;
}

/** Draws the title, the unit and the legend. */
function drawHead({ title, unit, series }: Chart): Drawing {
  const parts = [text(PADDING, 34, title, 'title'), text(PADDING, 56, unit, 'muted')];
  let x = PADDING;
  let y = 56;
  if (series.length > 1) {
    y += 26;
    for (const [i, { name }] of series.entries()) {
      const width = 18 + widthOf(name) + 20;
      if (x > PADDING && x + width > WIDTH - PADDING) {
        x = PADDING;
        y += LINE_HEIGHT + 3;
      }
      parts.push(element('rect', { class: `fill-${i}`, x, y: y - 10, width: 12, height: 12, rx: 2 }));
      parts.push(text(x + 18, y, name));
      x += width;
    }
  }
  return { svg: parts.join('\n'), height: y };
}

const formatter = (decimals: number) => (value: number) =>
  value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const isNumber = (value: number | undefined): value is number => value !== undefined;
const sum = (values: readonly (number | undefined)[]) =>
  values.filter(isNumber).reduce((total, value) => total + value, 0);

function drawBars({ kind, labels, series, goal, decimals = 0 }: Chart, top: number): Drawing {
  const isStacked = kind === 'stacked bars';
  const format = formatter(decimals);
  const names = labels.map((label) => wrap(String(label), LABEL_CHARACTERS));
  const left = PADDING + Math.max(...names.flat().map(widthOf)) + 10;
  const groups = labels.map((_, i) => series.map(({ values }) => values[i]));
  const lengths = isStacked ? groups.map(sum) : groups.flat().filter(isNumber);
  const scale = scaleLinear(
    [0, Math.max(...lengths, goal?.value ?? 0)],
    [left, WIDTH - PADDING - VALUE_WIDTH],
  ).nice(5);

  const parts: string[] = [];
  let y = top;
  for (const [i, group] of groups.entries()) {
    const barsHeight = isStacked ? STACKED_BAR_HEIGHT : series.length * BAR_HEIGHT;
    const name = names[i] ?? [];
    const height = Math.max(barsHeight, name.length * LINE_HEIGHT);
    const firstLine = y + height / 2 - ((name.length - 1) * LINE_HEIGHT) / 2 + 4.5;
    parts.push(...name.map((part, n) => text(left - 10, firstLine + n * LINE_HEIGHT, part, 'end')));
    let barTop = y + (height - barsHeight) / 2;
    let start = 0;
    for (const [n, value] of group.entries()) {
      if (value !== undefined) {
        const x = scale(start);
        const width = scale(start + value) - x;
        const barHeight = isStacked ? STACKED_BAR_HEIGHT : BAR_HEIGHT;
        parts.push(element('rect', { class: `fill-${n}`, x, y: barTop, width, height: barHeight, rx: 2 }));
        const label = format(value);
        if (!isStacked) parts.push(text(x + width + 6, barTop + BAR_HEIGHT / 2 + 4.5, label));
        else if (width > widthOf(label) + 8) {
          parts.push(text(x + width / 2, barTop + STACKED_BAR_HEIGHT / 2 + 4.5, label, 'on-bar middle'));
        }
      }
      if (isStacked) start += value ?? 0;
      else barTop += BAR_HEIGHT;
    }
    if (isStacked) parts.push(text(scale(start) + 6, y + height / 2 + 4.5, format(start)));
    y += height + GROUP_GAP;
  }

  const ticks = scale.ticks(5);
  const bottom = y - GROUP_GAP / 2;
  const tickFormat = scale.tickFormat(5);
  const axis = ticks.flatMap((tick) => [
    line(scale(tick), top - 6, scale(tick), bottom, 'grid'),
    text(scale(tick), bottom + LINE_HEIGHT, tickFormat(tick), 'muted middle'),
  ]);
  const goalParts = goal
    ? [
        line(scale(goal.value), top - 6, scale(goal.value), bottom, 'goal'),
        text(scale(goal.value), top - 12, goal.text, 'goal-text middle'),
      ]
    : [];
  return { svg: [...axis, ...parts, ...goalParts].join('\n'), height: bottom + LINE_HEIGHT - top };
}

function drawLines({ labels, labelTitle, series, goal, decimals = 0 }: Chart, top: number): Drawing {
  const format = formatter(decimals);
  const values = series.flatMap((each) => each.values).filter(isNumber);
  const bottom = top + PLOT_HEIGHT;
  const y = scaleLinear([0, Math.max(...values, goal?.value ?? 0)], [bottom, top]).nice(5);
  const tickFormat = y.tickFormat(5);
  const left = PADDING + Math.max(...y.ticks(5).map((tick) => widthOf(tickFormat(tick)))) + 10;
  const right = WIDTH - PADDING;
  const places = placesOf(labels, left, right);

  const axis = y
    .ticks(5)
    .flatMap((tick) => [
      line(left, y(tick), right, y(tick), 'grid'),
      text(left - 8, y(tick) + 4.5, tickFormat(tick), 'muted end'),
    ]);
  axis.push(...places.ticks.map(({ x, name }) => text(x, bottom + LINE_HEIGHT + 3, name, 'muted middle')));
  if (labelTitle)
    axis.push(text((left + right) / 2, bottom + 2 * LINE_HEIGHT + 8, labelTitle, 'muted middle'));

  const lines = series.flatMap((each, i) => {
    const points = each.values.flatMap((value, n) =>
      value === undefined ? [] : [{ x: places.of[n] as number, y: y(value) }],
    );
    const path = points.map((point) => `${round(point.x)},${round(point.y)}`).join(' ');
    const dots = places.areNamed
      ? points.map((point) =>
          element('circle', { class: `fill-${i}`, cx: point.x, cy: point.y, r: POINT_RADIUS }),
        )
      : [];
    return [element('polyline', { class: `line line-${i}`, points: path }), ...dots];
  });
  const numbers =
    places.areNamed && series.length <= MOST_LABELLED_LINES
      ? labels.flatMap((_, n) =>
          spread(
            series.flatMap(({ values: of }, i) => {
              const value = of[n];
              return value === undefined ? [] : [{ i, y: y(value) - 8, label: format(value) }];
            }),
          ).map((number) => text(places.of[n] as number, number.y, number.label, `text-${number.i} middle`)),
        )
      : [];
  const goalParts = goal
    ? [
        line(left, y(goal.value), right, y(goal.value), 'goal'),
        text(right, y(goal.value) - 6, goal.text, 'goal-text end'),
      ]
    : [];
  const height = PLOT_HEIGHT + LINE_HEIGHT + 3 + (labelTitle ? LINE_HEIGHT + 5 : 0);
  return { svg: [...axis, ...lines, ...goalParts, ...numbers].join('\n'), height };
}

interface Places {
  /** The position of each label. */
  readonly of: readonly number[];
  readonly ticks: readonly { readonly x: number; readonly name: string }[];
  readonly areNamed: boolean;
}

function placesOf(labels: Chart['labels'], left: number, right: number): Places {
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length === 0) {
    const scale = scalePoint(labels as readonly string[], [left, right]).padding(0.5);
    const of = labels.map((label) => scale(String(label)) as number);
    return { of, ticks: of.map((x, i) => ({ x, name: String(labels[i]) })), areNamed: true };
  }
  const scale = scaleLinear([Math.min(...numbers), Math.max(...numbers)], [left, right]);
  const format = scale.tickFormat(8);
  return {
    of: numbers.map((number) => scale(number)),
    ticks: scale.ticks(8).map((tick) => ({ x: scale(tick), name: format(tick) })),
    areNamed: false,
  };
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
