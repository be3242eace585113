import type { MessagesLike } from '../../kit/index.ts';
import type { mcpCatalogs as en } from '../en/mcp-catalogs.ts';

const kinds = {
  text: '文本',
  number: '数字',
  integer: '整数',
  boolean: '真或假',
  choice: '单选',
  choices: '多选',
  list: '列表',
  items: '对象列表',
  json: 'JSON',
  group: '对象',
};
const catalogParts = { overview: '概览', tools: '工具', configuration: '配置', manual: '手动设置' };
const places = { local: '本地', remote: '远程' };

export const mcpCatalogs: MessagesLike<typeof en> = {
  search: '搜索',
  searchCatalog: '搜索目录',
  place: '运行位置',
  placeName: (place) => places[place],
  tag: '标签',
  serversOf: (shown, all) => (shown === all ? `${all} 个服务器` : `${all} 个服务器中的 ${shown} 个`),
  showMore: (left) => `显示更多（${left}）`,
  toolCount: (count) => `${count} 个工具`,
  verified: '已由所属目录验证',
  catalogs: '目录列表',
  createCatalog: '创建目录',
  removeCatalogText: '已加入配置集的服务器会保留。',
  builtIn: '随 Gantry 提供',
  updated: '更新时间',
  pullNamed: (ref) => `重新拉取 ${ref}`,
  fromUpload: '浏览器所在机器上的文件',
  pickFile: '选择文件',
  fileTooLarge: (name) => `${name} 超过 8 MB。`,
  fileUnreadable: (name) => `无法读取 ${name}。`,
  ofProfile: '来自配置集的服务器',
  ofUris: '无：使用下面的服务器',
  serverUris: '服务器地址',
  addedAll: (count) => `${count} 个服务器已加入配置集。`,
  catalogPart: (part) => catalogParts[part],
  serverId: '服务器 ID',
  digest: '摘要',
  fetchReadme: '获取并显示',
  kindName: (kind) => kinds[kind],
  required: '必填',
  wantsText: '将服务器加入配置集后即可填写。',
  secret: '密钥',
  itemOf: (label, at) => `${label} ${at}`,
  addItem: (label) => `添加到 ${label}`,
  removeItem: (label, at) => `移除 ${label} ${at}`,
};
