export { openDashboard, type Dashboard, type DashboardFile } from './files.ts';
export { fileHeaders, pageHeaders } from './headers.ts';
