import { testFaults } from './faults.ts';
import { PAGING } from './faulty/pages.ts';

await testFaults(PAGING);
