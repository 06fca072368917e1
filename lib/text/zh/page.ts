/** 中文：`p2p ui` 的页面，凡由程序说出的。 */
import type { SameCodes } from "../catalogue.ts";
import type { page as english } from "../en/page.ts";

export const page: SameCodes<typeof english> = {
  "page.url": ({ url }) => `页面：${url}`,
  "page.opened": "已在浏览器中打开；按回车键显示新链接，Ctrl-C 结束",
  "page.open-it": "请在这台电脑的浏览器中打开；按回车键显示新链接，Ctrl-C 结束",
  "page.no-browser": "无法启动浏览器：请自行打开链接",
  "page.locked": ({ minutes }) => `已锁定：页面已有 ${minutes} 分钟无人操作；新链接：`,
  "page.session": "已有浏览器打开页面",
  "page.port": ({ port, reason }, { text }) => `在端口 ${port} 上打开页面：${text(reason)}`,
  "page.port.hint": "去掉 --port，即使用空闲端口",
  "page.answer": "应答页面",
  "page.long-request": "应答页面：请求过长",
  "page.bad-request": "应答页面：不是 JSON 对象",
  "page.no-path": "应答页面：页面只能以上传的内容指明文件",
  "page.many-uploads": "接收文件：未完成的上传过多",
  "page.large-uploads": ({ most }, { size }) => `接收文件：未完成的上传合计将超过 ${size(most)}`,
  "page.upload-name": "接收文件：文件名过长",
  "page.upload-disk": ({ name, reason }, { text }) => `接收文件 ${name}：${text(reason)}`,
  "page.upload-disk.hint": "未留下任何内容；请腾出空间后重新发送",
  "page.upload-size": "接收文件：来的比说好的多",
  "page.upload-part": "接收文件：尚未完整到达",
  "page.no-upload": "接收文件：没有这个上传",
  "page.file-gone": "读取文件：它已不在原处",
  "page.busy": "解锁身份：正在检查另一次尝试",
  "page.identity-there": "创建身份：已经有一个",
};
