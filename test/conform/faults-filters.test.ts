import { testFaults } from './faults.ts';
import { FILTERS } from './faulty/filters.ts';

await testFaults(FILTERS);
