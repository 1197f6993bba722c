/** Demand of one worker over time against its limit, as a drawing without text. Pure. */
import type { DemandPoint } from '../../verify/measurement.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 1000;
const HEIGHT = 100;

export interface ChartScale {
  readonly seconds: number;
  readonly cpus: number;
}

/** One scale for all workers, so that their charts can be compared. */
export function commonScale(
  workers: readonly { readonly threads: number; readonly timeline: readonly DemandPoint[] }[],
  wallSeconds: number,
): ChartScale {
  const points = workers.flatMap(({ timeline }) => timeline);
  const highest = Math.max(1, ...workers.map(({ threads }) => threads), ...points.map((point) => point.peakDemandCpus));
  return { seconds: Math.max(0.001, wallSeconds, ...points.map(({ toSeconds }) => toSeconds)), cpus: highest * 1.1 };
}

export interface Chart {
  readonly label: string;
  readonly limit: number;
  readonly timeline: readonly DemandPoint[];
  readonly scale: ChartScale;
}

/** Up to the limit one colour, above it another: a mean within the limit may hold a higher peak. */
export function drawChart({ label, limit, timeline, scale }: Chart): Markup {
  const x = (seconds: number): number => Number(((seconds / scale.seconds) * WIDTH).toFixed(1));
  const y = (cpus: number): number => Number((HEIGHT - (cpus / scale.cpus) * HEIGHT).toFixed(1));
  const box = ({ fromSeconds, toSeconds }: DemandPoint, bottom: number, top: number, name: string): Markup[] =>
    top <= bottom
      ? []
      : [
          html`<rect
            class="${name}"
            x="${x(fromSeconds)}"
            y="${y(top)}"
            width="${Math.max(1, x(toSeconds) - x(fromSeconds))}"
            height="${Number((y(bottom) - y(top)).toFixed(1))}"
          />`,
        ];
  const boxes = timeline.flatMap((point) => [
    ...box(point, 0, Math.min(limit, point.demandCpus), 'area'),
    ...box(point, limit, point.peakDemandCpus, 'over'),
  ]);
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
    ${boxes}
    <line class="floor" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" />
    <line class="limit" x1="0" x2="${WIDTH}" y1="${y(limit)}" y2="${y(limit)}" />
  </svg>`;
}
