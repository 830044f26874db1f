import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { BASE } from '../console/context.ts';
import { AppError } from '../errors.ts';

/** What is served beside the pages: these files and no others. */
interface Asset {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
}

export interface Assets {
  /** Where a file is to be had; the path changes with the content of the files. */
  pathOf(name: string): string;
  find(version: string, name: string): Asset | undefined;
}

/** Beside the sources as beside what was built of them. */
const ours = (name: string): URL => new URL(`../../web/${name}`, import.meta.url);
const library = (name: string): URL => new URL(import.meta.resolve(name));

const FILES: Readonly<Record<string, () => URL>> = {
  'console.css': () => ours('console.css'),
  'icon.svg': () => ours('icon.svg'),
  'arrivals.js': () => ours('arrivals.js'),
  'chart.js': () => ours('chart.js'),
  'copy.js': () => ours('copy.js'),
  'graph.js': () => ours('graph.js'),
  'trends.js': () => ours('trends.js'),
  'page.js': () => ours('page.js'),
  'lib/echarts.js': () => library('echarts/dist/echarts.esm.min.mjs'),
  'lib/cytoscape.js': () => library('cytoscape/dist/cytoscape.esm.min.mjs'),
};

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads the files when the first page is asked for. */
export function createAssets(): Assets {
  let loaded: { readonly version: string; readonly files: ReadonlyMap<string, Asset> } | undefined;
  const load = () => {
    const hash = createHash('sha256');
    const files = new Map<string, Asset>();
    for (const [name, locate] of Object.entries(FILES)) {
      const body = readFileSync(locate());
      hash.update(name).update(body);
      files.set(name, { body, gzipped: gzipSync(body), type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain' });
    }
    return { version: hash.digest('hex').slice(0, 16), files };
  };
  return {
    pathOf(name) {
      loaded ??= load();
      return `${BASE}/assets/${loaded.version}/${name}`;
    },
    find(version, name) {
      loaded ??= load();
      return version === loaded.version ? loaded.files.get(name) : undefined;
    },
  };
}

const YEAR_SECONDS = 31_536_000;

export function serveAssets(scope: FastifyInstance, assets: Assets): void {
  scope.route({
    method: ['GET', 'HEAD'],
    url: `${BASE}/assets/:version/*`,
    handler(request, reply) {
      const { version = '', '*': name = '' } = request.params as Readonly<Record<string, string>>;
      const asset = assets.find(version, name);
      if (asset === undefined) throw new AppError('not-found');
      const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      if (zipped) reply.header('content-encoding', 'gzip');
      return reply
        .header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`)
        .header('vary', 'Accept-Encoding')
        .header('content-type', asset.type)
        .send(zipped ? asset.gzipped : asset.body);
    },
  });
}
