import { TEXT_SIZE } from './svg.ts';

/** The colors of a chart. Texts, bars and lines have a contrast of at least 4.5 with the paper (WCAG 2.2). */
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

function colors({ paper, border, ink, muted, grid, goal, onBar, series }: Scheme): string {
  return [
    `.paper{fill:${paper};stroke:${border}}`,
    `text{fill:${ink}}`,
    `.muted{fill:${muted}}`,
    `.grid{stroke:${grid}}`,
    `.goal{stroke:${goal}}`,
    `.goal-edge{stroke:${paper}}`,
    `.goal-text{fill:${goal}}`,
    `.on-bar{fill:${onBar}}`,
    `.value{stroke:${paper}}`,
    ...series.flatMap((color, i) => [
      `.fill-${i}{fill:${color};stroke:${paper}}`,
      `.line-${i}{stroke:${color}}`,
      `.text-${i}{fill:${color}}`,
    ]),
  ].join('');
}

/** A chart cannot have more series. */
export const MOST_SERIES = light.series.length;

/**
 * The style sheet of every chart. A viewer that knows no color schemes shows the light one. So a chart draws its own
 * paper, and is readable on a page of any color.
 */
export const style = `
text{font:${TEXT_SIZE}px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.title{font-size:17px;font-weight:600}
.middle{text-anchor:middle}
.end{text-anchor:end}
.goal{stroke-width:1.5;stroke-dasharray:5 4}
.goal-edge{stroke-width:4}
.line{fill:none;stroke-width:2.25;stroke-linejoin:round}
.value{paint-order:stroke;stroke-width:4;stroke-linejoin:round}
${dashes.map((dash, i) => `.line-${i}{stroke-dasharray:${dash}}`).join('')}
${colors(light)}
@media (prefers-color-scheme:dark){${colors(dark)}}
`;
