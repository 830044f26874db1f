/** What charts of the console have in common. */
import * as echarts from './lib/echarts.js';
import { color } from './page.js';

/** Told apart also by whoever sees few colours; dark enough on light and light enough on dark ground. */
export const SERIES = ['#2f7fa8', '#d08a1d', '#3f9b6b', '#b3567f', '#7a6fc0', '#8a8f3c', '#c25b4a', '#4f8f99'];

/**
 * Draws a chart into an element and draws it anew when the size or the colours of the page change. Everything is drawn on
 * a canvas, tooltips too, since the page allows no style elements and attributes.
 * @param {HTMLElement} element
 * @param {() => import('echarts').EChartsCoreOption} optionOf
 */
export function draw(element, optionOf) {
  const chart = echarts.init(element, undefined, { renderer: 'canvas' });
  const show = () => chart.setOption(optionOf(), { notMerge: true });
  show();
  new ResizeObserver(() => chart.resize()).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  element.dataset.drawn = 'yes';
  return chart;
}

/** Axes, lines and texts in the colours of the page. */
export function base() {
  const text = { color: color('--quiet'), fontFamily: color('--sans'), fontSize: 12 };
  return {
    animation: false,
    color: SERIES,
    textStyle: text,
    grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: text },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: color('--panel'),
      borderColor: color('--strong-line'),
      textStyle: { ...text, color: color('--text') },
    },
  };
}

/** @returns {{ axisLine: object, axisTick: object, axisLabel: object, splitLine: object }} */
export function axis() {
  const line = { lineStyle: { color: color('--line') } };
  return { axisLine: line, axisTick: line, axisLabel: { color: color('--quiet') }, splitLine: line };
}
