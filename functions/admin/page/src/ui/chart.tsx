/** Bars by hour, with the same numbers as a table. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
// Before uPlot, which needs it.
import "./language.ts";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./chart.css";

export interface Series {
  name: string;
  values: readonly number[];
}

interface Props {
  title: string;
  /** The name of each bar or pair of bars. */
  labels: readonly string[];
  /** One or two. Two stand beside each other. */
  series: readonly [Series] | readonly [Series, Series];
  /** The same numbers for those who do not see the bars, as a table. */
  children: ComponentChildren;
}

const HEIGHT = 200;
/** Pixels that the name of a bar needs. */
const LABEL_SPACE = 72;

export function BarChart(props: Props) {
  const { title, labels, series } = props;
  const place = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const newest = useRef(labels);
  newest.current = labels;
  const plot = useRef<uPlot | undefined>(undefined);
  const [pointed, point] = useState<number | undefined>();
  const [theme, turn] = useState(0);
  const heading = useId();

  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => turn((old) => old + 1);
    dark.addEventListener("change", changed);
    return () => dark.removeEventListener("change", changed);
  }, []);

  const names = series.map((one) => one.name).join("\n");
  useEffect(() => {
    const element = place.current!;
    const made = new uPlot(options(element, legend.current!, () => newest.current, series, point), data(series), element);
    plot.current = made;
    const sized = new ResizeObserver(() => {
      if (element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    sized.observe(element);
    return () => {
      sized.disconnect();
      made.destroy();
    };
  }, [theme, names]);
  useEffect(() => plot.current?.setData(data(series)), [series]);

  const total = ({ name, values }: Series) => `${name}: ${values.reduce((sum, value) => sum + value, 0).toLocaleString("en-US")}`;
  const read = (index: number) => {
    const values = series.map((one) => `${(one.values[index] ?? 0).toLocaleString("en-US")} ${one.name.toLowerCase()}`);
    return `${labels[index] ?? ""}: ${values.join(", ")}`;
  };
  return (
    <section class="chart stack" aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      <ul class="legend" ref={legend}>
        {series.map((one, index) => <li key={one.name}><span class={`swatch series-${index + 1}`} aria-hidden="true" /> {total(one)}</li>)}
      </ul>
      <div ref={place} class="plot" role="img" aria-label={`${title}, as bars. ${series.map(total).join(", ")}. The table below has the numbers.`} />
      <p class="quiet small pointed" aria-hidden="true">{pointed === undefined ? "Point at a bar to read it." : read(pointed)}</p>
      <details>
        <summary>{title} as a table</summary>
        {props.children}
      </details>
    </section>
  );
}

function data(series: readonly Series[]): uPlot.AlignedData {
  const first = series[0]?.values ?? [];
  return [first.map((_, index) => index), ...series.map((one) => [...one.values])];
}

/** Custom properties with `light-dark()` are resolved only as colors of elements: those of the legend, and of the place itself. */
function options(
  place: HTMLElement,
  legend: HTMLElement,
  labels: () => readonly string[],
  series: readonly Series[],
  point: (index: number | undefined) => void,
): uPlot.Options {
  const swatches = [...legend.querySelectorAll(".swatch")].map((swatch) => getComputedStyle(swatch).color);
  const style = getComputedStyle(place);
  const axis: uPlot.Axis = {
    stroke: style.color,
    font: `${style.fontSize} ${style.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: style.borderTopColor, width: 1 },
  };
  const bars = (index: number) => uPlot.paths.bars!(series.length > 1 ? { size: [0.4, 60], align: index === 0 ? -1 : 1 } : { size: [0.8, 90] });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    // Room for half of the last label.
    padding: [8, LABEL_SPACE / 2, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
    scales: {
      x: { time: false, range: (_, min, max) => [min - 0.5, max + 0.5] },
      y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.05] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 2 * Number.parseFloat(style.fontSize) + 4,
        space: Math.max(LABEL_SPACE, 5 * Number.parseFloat(style.fontSize)),
        incrs: [1, 2, 3, 4, 6, 8, 12, 24],
        values: (_, splits) => splits.map((index) => labels()[index] ?? ""),
      },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000], size: 56 },
    ],
    series: [
      {},
      ...series.map((one, index) => ({
        label: one.name, paths: bars(index), fill: swatches[index] ?? style.color, stroke: swatches[index] ?? style.color, width: 0, points: { show: false },
      })),
    ],
    hooks: { setCursor: [(self) => point(self.cursor.idx ?? undefined)] },
  };
}
