/** The style of the page: type and rules, no boxes; light and dark, screen, phone and paper. */
export const STYLE: string = `
:root{color-scheme:light dark;--paper:#fdfdfb;--ink:#1d1f21;--muted:#595e63;--rule:#d9d9d2;--strong:#1d1f21;--gap:#ebebe5;
--tier-0:#2f5d8c;--tier-1:#c07a1e;--tier-2:#4f8a6b;--tier-3:#8a5a94;--tier-4:#7d7f83;--tier-5:#a3554f;
--more:#2f5d8c;--less:#c07a1e;--over:#b3261e;--over-text:#a1211a;--link:#234f7d}
@media screen and (prefers-color-scheme:dark){:root{--paper:#16181a;--ink:#e6e6e1;--muted:#a5a9ad;--rule:#35393d;--strong:#c9c9c3;--gap:#2a2d30;
--tier-0:#7aa7d6;--tier-1:#e0a458;--tier-2:#82bf9d;--tier-3:#c193cb;--tier-4:#a9adb2;--tier-5:#d98f88;
--more:#7aa7d6;--less:#e0a458;--over:#f2756b;--over-text:#f5897f;--link:#9cc3ec}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:64rem;padding:3rem 1.5rem 5rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2,h3{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,"Liberation Serif",serif;font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:2.4rem;margin:.2rem 0 .6rem}
h2{font-size:1.6rem;margin:3.5rem 0 .5rem;padding-top:.8rem;border-top:2px solid var(--strong)}
h3{font-size:1.2rem;margin:2.2rem 0 .4rem}
p{margin:.4rem 0 .8rem;max-width:42rem}
a{color:var(--link)}
.kicker,.note{color:var(--muted)}
.kicker{margin:0;letter-spacing:.04em}
.lead{font-size:1.2rem;line-height:1.45}
.note{font-size:.9rem}
nav ul{list-style:none;margin:1.2rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1.4rem;margin:1rem 0}
.facts dt{color:var(--muted)}
.facts dd{margin:0}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.35}
caption{text-align:left;color:var(--muted);padding-bottom:.4rem}
th,td{padding:.34rem .8rem .34rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1px solid var(--strong);font-weight:600;vertical-align:bottom;overflow-wrap:normal}
tbody th{font-weight:400;min-width:9rem}
tfoot th,tfoot td{border-bottom:0;border-top:1px solid var(--strong);font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.z{color:var(--muted)}
.over{color:var(--over-text);font-weight:600}
th button{all:unset;cursor:pointer;font-weight:600}
th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
td:not(.n){min-width:7.2rem}
td.w{min-width:17rem}
thead .n{white-space:normal;padding-left:.4rem}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
.find{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;margin:.6rem 0 0;font-size:.92rem}
.find input{font:inherit;color:inherit;background:none;border:0;border-bottom:1px solid var(--muted);padding:.15rem 0;min-width:14rem}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.8rem 0 .2rem;padding:0;font-size:.9rem}
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.4em;-webkit-print-color-adjust:exact;print-color-adjust:exact}
figure{margin:.6rem 0 1rem}
.chart{display:block;max-width:100%;height:auto}
.chart text{white-space:pre;unicode-bidi:isolate}
.wide{width:100%}
.narrow{display:none}
.spark{width:5.6rem;height:1.1rem;vertical-align:middle}
.spark path{fill:none;stroke:var(--tier-0);stroke-width:1.5;stroke-linecap:round}
@media screen and (max-width:40rem){body{padding:1.5rem 1rem 3rem}h1{font-size:1.8rem}.wide{display:none}.narrow{display:block}
.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.4rem}
.scroll tbody th:first-child,.scroll thead th:first-child{position:sticky;left:0;background:var(--paper)}tbody th{min-width:8rem;max-width:11rem}}
@media print{@page{margin:16mm}body{max-width:none;padding:0;font-size:9.5pt}nav,.find,.skip{display:none}
h2{break-before:auto;margin-top:1.6rem}h2,h3,caption{break-after:avoid}figure,tr{break-inside:avoid}.scroll{overflow:visible}
table{font-size:8.5pt}thead{display:table-header-group}}
`;
