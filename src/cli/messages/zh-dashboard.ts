import type { enDashboard } from './en-dashboard.ts';

export const zhDashboard: Record<keyof typeof enDashboard, string> = {
  'dashboard.opened': '正在用浏览器打开 {url}',
  'dashboard.open': '请在浏览器中打开此地址：{url}',
  'dashboard.overSsh': '若从另一台机器访问，请先转发端口：ssh -L {port}:127.0.0.1:{port} {host}',
  'dashboard.noTcp': '守护进程没有提供 HTTP 端口，因此没有可供浏览器使用的地址。',
  'dashboard.noTcpHint': '打开端口：gantry settings set server.port 12434',
  'help.dashboard': '打开网页控制台：模型、工具、容器、镜像和设置',
  'help.dashboard.noOpen': '只显示地址，不打开浏览器',
};
