import type { Chart } from '../part.ts';
import { drawBars } from './bars.ts';
import { drawLines } from './lines.ts';
import { MOST_SERIES, style } from './style.ts';
import { type Drawing, element, escapeXml, LINE_HEIGHT, text, widthOf } from './svg.ts';

const WIDTH = 800;
const PADDING = 24;
/** The square of a series in the legend, and the distances around its name. */
const LEGEND = { square: 12, toName: 18, gap: 20, lineHeight: 20 };

/**
 * Draws a chart as an SVG file that needs nothing else: no script, no font, no image. The same data give the same bytes.
 * It follows the reader's color scheme.
 * @throws {RangeError} when there are too many series, or one does not have one value for each label
 * @example
 * writeFileSync('charts/speed.svg', toSvg({ name: 'speed', title: 'Speed', kind: 'bars', unit: 'ms',
 *   labels: ['a', 'b'], series: [{ name: 'time', values: [1, 2] }], finding: 'b takes twice as long as a.' }));
 */
export function toSvg(chart: Chart): string {
  if (chart.series.length > MOST_SERIES) {
    throw new RangeError(`${chart.name}: ${chart.series.length} series, and there are ${MOST_SERIES} colors`);
  }
  for (const { name, values } of chart.series) {
    if (values.length === chart.labels.length) continue;
    throw new RangeError(
      `${chart.name}: ${name} has ${values.length} values for ${chart.labels.length} labels`,
    );
  }
  const head = drawHead(chart);
  const top = head.height + (chart.goal ? 2 : 1) * LINE_HEIGHT;
  const draw = chart.kind === 'lines' ? drawLines : drawBars;
  const plot = draw(chart, { left: PADDING, right: WIDTH - PADDING, top });
  const height = Math.ceil(top + plot.height + PADDING);
  const content = [
    element('title', { id: 'title' }, escapeXml(chart.title)),
    element('desc', { id: 'description' }, escapeXml(chart.finding)),
    element('style', {}, style),
    element('rect', { class: 'paper', x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 6 }),
    head.svg,
    plot.svg,
  ];
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    role: 'img',
    'aria-labelledby': 'title description',
  };
  return `${element('svg', root, `\n${content.join('\n')}\n`)}\n`;
}

/** Draws the title, the unit, and the legend if there is more than one series. */
function drawHead({ title, unit, series }: Chart): Drawing {
  const parts = [text(PADDING, 34, title, 'title'), text(PADDING, 56, unit, 'muted')];
  if (series.length === 1) return { svg: parts.join('\n'), height: 56 };
  let x = PADDING;
  let y = 82;
  for (const [i, { name }] of series.entries()) {
    const width = LEGEND.toName + widthOf(name);
    if (x > PADDING && x + width > WIDTH - PADDING) {
      x = PADDING;
      y += LEGEND.lineHeight;
    }
    const { square } = LEGEND;
    parts.push(
      element('rect', { class: `fill-${i}`, x, y: y - square + 2, width: square, height: square, rx: 2 }),
    );
    parts.push(text(x + LEGEND.toName, y, name));
    x += width + LEGEND.gap;
  }
  return { svg: parts.join('\n'), height: y };
}
