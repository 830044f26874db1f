import { catalogueContract } from './contract/catalogue.ts';
import { commitContract } from './contract/commit.ts';
import { concurrencyContract } from './contract/concurrency.ts';
import { credentialUsesContract } from './contract/credential-uses.ts';
import { datesContract } from './contract/dates.ts';
import { feedContract } from './contract/feeds.ts';
import { filterContract } from './contract/filters.ts';
import type { OpenStore } from './contract/harness.ts';
import { ledgerContract } from './contract/ledger.ts';
import { maintenanceContract } from './contract/maintenance.ts';
import { modelContract } from './contract/model-run.ts';
import { pageContract } from './contract/pages.ts';
import { pushContract } from './contract/pushes.ts';
import { recallContract } from './contract/recalls.ts';
import { removalContract } from './contract/removal.ts';
import { sightContract } from './contract/sight.ts';
import { trendContract } from './contract/trends.ts';
import { visibilityContract } from './contract/visibility.ts';

/**
 * What any implementation of the store has to do.
 * @param open opens the store that belongs to a directory, making it if there is none; several may be open at once
 */
export function storeContract(name: string, open: OpenStore): void {
  for (const contract of [
    catalogueContract,
    credentialUsesContract,
    commitContract,
    datesContract,
    filterContract,
    trendContract,
    visibilityContract,
    sightContract,
    pageContract,
    removalContract,
    recallContract,
    pushContract,
    feedContract,
    ledgerContract,
    maintenanceContract,
    concurrencyContract,
    modelContract,
  ])
    contract(name, open);
}
