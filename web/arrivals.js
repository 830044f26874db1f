/** The chart of arrivals per day, from the data that the page has with it. */
import { axis, base, draw } from './chart.js';

const element = document.getElementById('arrivals');
const data = document.getElementById('arrivals-data');
if (element !== null && data !== null) {
  /** @type {{ days: string[], series: { name: string, values: number[] }[] }} */
  const { days, series } = JSON.parse(data.textContent ?? '');
  draw(element, () => ({
    ...base(),
    xAxis: { type: 'category', data: days, ...axis(), axisLabel: { ...axis().axisLabel, formatter: shortDay } },
    yAxis: { type: 'value', minInterval: 1, ...axis() },
    series: series.map(({ name, values }) => ({ name, type: 'bar', stack: 'all', data: values, barMaxWidth: 24 })),
  }));
}

/** @param {string} day `2026-01-31` → `01-31` */
function shortDay(day) {
  return day.slice(5);
}
