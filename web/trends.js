/** The charts of the trends page, from the data that the page has with it. A click on a name leads to its objects. */
import { axis, base, draw, SERIES } from './chart.js';
import { color } from './page.js';

/**
 * @typedef {{ name: string, counts: (number | null)[], total: number, change: number | null, path?: string }} Row
 */

const data = document.getElementById('trends-data');
if (data !== null) {
  /** @type {{ periods: string[], rows: Row[] }} */
  const { periods, rows } = JSON.parse(data.textContent ?? '');
  const ranking = rows.slice(0, 15);
  const drawn = rows.slice(0, SERIES.length);

  show('ranking', 40 + ranking.length * 24, () => ({
    ...base(),
    legend: undefined,
    grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
    tooltip: { ...base().tooltip, trigger: 'item' },
    xAxis: { type: 'value', minInterval: 1, ...axis() },
    yAxis: { type: 'category', inverse: true, data: ranking.map(({ name }) => shorten(name)), ...axis() },
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        data: ranking.map(({ total, path }) => ({ value: total, path })),
        label: {
          show: true,
          position: 'right',
          color: color('--quiet'),
          formatter: (/** @type {{ dataIndex: number, value: number }} */ { dataIndex, value }) =>
            `${value}${changeOf(ranking[dataIndex])}`,
        },
      },
    ],
  }));

  show('lines', 300, () => ({
    ...base(),
    grid: { ...base().grid, right: 36 },
    legend: { ...base().legend, type: 'scroll' },
    xAxis: { type: 'category', data: periods, boundaryGap: false, ...axis() },
    yAxis: { type: 'value', minInterval: 1, ...axis() },
    series: drawn.map(({ name, counts, path }) => ({
      name: shorten(name),
      type: 'line',
      symbolSize: 5,
      data: counts.map((value) => ({ value, path })),
    })),
  }));

  const most = Math.max(1, ...rows.flatMap(({ counts }) => counts.map((count) => count ?? 0)));
  show('heat', 80 + rows.length * 22, () => ({
    ...base(),
    legend: undefined,
    grid: { left: 8, right: 12, top: 8, bottom: 40, containLabel: true },
    tooltip: { ...base().tooltip, trigger: 'item' },
    xAxis: { type: 'category', data: periods, ...axis() },
    yAxis: { type: 'category', inverse: true, data: rows.map(({ name }) => shorten(name)), ...axis() },
    visualMap: {
      min: 0,
      max: most,
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 120,
      itemWidth: 10,
      textStyle: { color: color('--quiet') },
      inRange: { color: [color('--ground'), color('--accent')] },
    },
    series: [
      {
        type: 'heatmap',
        data: rows.flatMap(({ counts, path }, y) => counts.map((count, x) => ({ value: [x, y, count ?? 0], path }))),
        itemStyle: { borderColor: color('--panel'), borderWidth: 1 },
      },
    ],
  }));
}

/** @param {string} id @param {number} height @param {() => import('echarts').EChartsCoreOption} optionOf */
function show(id, height, optionOf) {
  const element = document.getElementById(id);
  if (element === null) return;
  element.style.height = `${height}px`;
  const chart = draw(element, optionOf);
  chart.on('click', (event) => {
    const path = /** @type {{ path?: string } | undefined} */ (event.data)?.path;
    if (path !== undefined) location.assign(path);
  });
  const button = document.querySelector(`button[data-png="${id}"]`);
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: color('--panel') });
    link.download = `${id}.png`;
    link.click();
  });
}

/** @param {Row | undefined} row */
function changeOf(row) {
  if (row === undefined || row.change === null || row.change === 0) return '';
  return row.change > 0 ? `  ▲ ${row.change}` : `  ▼ ${-row.change}`;
}

/** @param {string} text */
function shorten(text) {
  return text.length <= 32 ? text : `${text.slice(0, 31)}…`;
}
