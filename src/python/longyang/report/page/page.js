"use strict";
// Draws the page's figures as they come into view, in the language that is shown. All numbers stand in #page-data.
(() => {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const root = document.documentElement;
  const config = { displaylogo: false, responsive: false, displayModeBar: false, scrollZoom: false };
  const narrow = () => window.innerWidth < 820;
  const place = { en: 0, zh: 1 };
  const drawn = new Map(); // id -> function that draws it anew

  const language = () => root.dataset.language;
  const word = (key) => (page.words[key] || [key, key])[place[language()]];
  const spoken = (text) => text.replace(/@\{([^}]+)\}/g, (_, key) => word(key));

  // A copy of a figure's part with words in place of tokens; packed numbers are left as they are.
  function translated(value) {
    if (typeof value === "string") return value.includes("@{") ? spoken(value) : value;
    if (Array.isArray(value)) return value.map(translated);
    if (value && typeof value === "object") {
      if (value.bdata || ArrayBuffer.isView(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, translated(v)]));
    }
    return value;
  }

  // Legends and bars of colour take less of a narrow page.
  function fitted(figure, width) {
    if (narrow()) {
      figure.layout.font = { ...figure.layout.font, size: 11 };
      figure.layout.legend = { ...figure.layout.legend, font: { size: 10.5 } };
      for (const one of figure.layout.annotations || []) one.font = { ...one.font, size: 10 };
      for (const trace of figure.data) {
        if (trace.mode !== "markers+text") continue;
        if (width < 560) trace.mode = "markers"; // names would lie on each other
        else trace.textfont = { ...trace.textfont, size: 8.5 };
      }
      // Of many categories every second one is named.
      const { xaxis } = figure.layout;
      const categories = xaxis && xaxis.type === "category" && !xaxis.tickvals && figure.data[0] ? figure.data[0].x : undefined;
      if (categories && categories.length > 8) Object.assign(xaxis, { tickmode: "array", tickvals: categories.filter((_, k) => k % 2 === 0) });
      for (const { marker } of figure.data) if (marker && marker.size && marker.opacity !== 0) marker.size *= 0.6;
      for (const trace of figure.data) if (trace.colorbar) trace.colorbar = { ...trace.colorbar, thickness: 8 };
    }
    return figure;
  }

  function show(element, figure) {
    const made = fitted({ data: translated(figure.data), layout: translated(figure.layout) }, element.clientWidth);
    if (element.id === "backbone") element.style.height = `${Math.round(Math.min(620, 0.62 * element.clientWidth + 70))}px`;
    // A plot of another width is made anew: margins that its legend took are not given back otherwise.
    if (element.dataset.width && element.dataset.width !== String(element.clientWidth)) Plotly.purge(element);
    element.dataset.width = String(element.clientWidth);
    made.layout.width = element.clientWidth;
    made.layout.height = element.clientHeight;
    return Plotly.react(element, made.data, made.layout, { ...config, scrollZoom: element.id === "backbone" && !narrow() });
  }

  function unpacked(series) {
    const bytes = Uint8Array.from(atob(series.i2), (c) => c.charCodeAt(0));
    return Float64Array.from(new Int16Array(bytes.buffer), (v) => v * series.scale);
  }

  // Hourly series by region; the whole system is their sum, its price their mean weighted by load.
  const store = page.hours;
  const known = new Map();
  function seriesOf(region) {
    if (known.has(region)) return known.get(region);
    let list;
    if (region) {
      list = store.regions.find((r) => r.name === region).series.map((s) => ({ ...s, values: unpacked(s) }));
    } else {
      const sums = new Map();
      for (const r of store.regions) {
        const own = seriesOf(r.name);
        const load = own.find((s) => s.key === "load").values;
        for (const s of own) {
          if (s.key === "from_regions" || s.key === "to_regions") continue;
          if (!sums.has(s.key)) sums.set(s.key, { ...s, values: new Float64Array(store.count) });
          const sum = sums.get(s.key).values;
          for (let h = 0; h < sum.length; h++) sum[h] += s.key === "price" ? s.values[h] * load[h] : s.values[h];
        }
      }
      const load = sums.get("load").values, price = sums.has("price") ? sums.get("price").values : [];
      for (let h = 0; h < price.length; h++) price[h] = load[h] > 0 ? price[h] / load[h] : NaN;
      const order = new Map(store.tokens.map((t, k) => [t, k]));
      list = [...sums.values()].sort((a, b) => (order.get(`@{${a.word}}`) ?? 99) - (order.get(`@{${b.word}}`) ?? 99));
    }
    known.set(region, list);
    return list;
  }

  const firstHour = store ? Date.parse(store.start + "Z") : 0;
  const hourOf = (h) => (store.times ? store.times[h] : h);
  const timeOf = (h, minutes = 0) => new Date(firstHour + hourOf(h) * 3600e3 + minutes * 60e3).toISOString().slice(0, 16);

  // English names are too long to stand two in a row on a phone.
  const legendColumns = () => (window.innerWidth < 520 && language() === "en" ? 1 : 2);

  function weekFigure(region, day) {
    const from = day * 24, to = Math.min(store.count, from + 168);
    // Hours as steps: the last one is drawn to its end, and so is one before 29 February, on which there is nothing.
    const steps = [];
    for (let h = from; h < to; h++) {
      steps.push([timeOf(h), h]);
      if (h === to - 1) steps.push([timeOf(h, 60), h]);
      else if (hourOf(h + 1) !== hourOf(h) + 1) steps.push([timeOf(h, 59), h], [timeOf(h, 60)]);
    }
    const times = steps.map(([time]) => time);
    const stepped = (values, factor) => steps.map(([, h]) => (h === undefined ? null : values[h] * factor));
    const data = [];
    const add = (s, sign, more) => data.push({
      type: "scatter", mode: "lines", x: times, y: stepped(s.values, sign / 1e3),
      name: `@{${s.word}}`, line: { width: 0, color: s.colour, shape: "hv" }, fillcolor: s.colour,
      hovertemplate: "%{y:.2f} GW", ...more });
    const list = seriesOf(region);
    for (const s of list) {
      if (s.values.subarray(from, to).every((v) => Math.abs(v) < 1e-6)) continue;
      if (s.side === "given" || s.side === "shed") add(s, 1, { stackgroup: "given" });
      if (s.side === "taken") add(s, -1, { stackgroup: "taken", fillcolor: s.key.startsWith("charge_") ? s.colour + "99" : s.colour });
    }
    const load = list.find((s) => s.side === "load"), price = list.find((s) => s.side === "price");
    add(load, 1, { line: { width: 2.2, color: "#000", shape: "hv" }, fillcolor: undefined, fill: "none" });
    if (price) data.push({ type: "scatter", mode: "lines", x: times, y: stepped(price.values, 1), name: "@{price}", yaxis: "y2",
      line: { color: price.colour, width: 1.8, shape: "hv" }, hovertemplate: "%{y:.0f} CNY/MWh", showlegend: false });
    const axis = { gridcolor: "#e3e7ea", zerolinecolor: "#5b6770", automargin: true, fixedrange: true, ticks: "outside", ticklen: 4, tickcolor: "#9aa5ad" };
    const layout = {
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: "#1f2933" }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 12, r: 12, t: 10, b: 8 }, hovermode: "x unified", hoverlabel: { bgcolor: "rgba(255,255,255,.95)", font: { size: 11 } },
      legend: narrow() ? { orientation: "h", x: 0, y: -0.1, yanchor: "top", font: { size: 10.5 }, entrywidth: legendColumns() === 1 ? 0.98 : 0.49, entrywidthmode: "fraction" }
        : { orientation: "v", x: 1.01, y: 1, font: { size: 12 }, traceorder: "reversed" },
      xaxis: { ...axis, type: "date", tickformat: to - from > 96 ? "%m-%d" : to - from > 48 ? "%m-%d %H:%M" : "%H:%M", anchor: "y2", hoverformat: "%m-%d %H:%M", showgrid: true },
      yaxis: { ...axis, domain: [0.27, 1], title: { text: "@{power_unit}", standoff: 6 } },
      yaxis2: { ...axis, domain: [0, 0.2], title: { text: "@{price_unit}", standoff: 6, font: { size: 11 } } } };
    return { data, layout };
  }

  function priceFigure(region) {
    const price = seriesOf(region).find((s) => s.side === "price").values;
    // Hours by their date and hour of the day: a span may begin and end within a day, and leaves out 29 February.
    const times = Array.from({ length: store.count }, (_, h) => timeOf(h));
    const dates = (Date.parse(times.at(-1).slice(0, 10)) - Date.parse(times[0].slice(0, 10))) / 86400e3 + 1;
    const x = Array.from({ length: dates }, (_, d) => new Date(Date.parse(times[0].slice(0, 10)) + d * 86400e3).toISOString().slice(0, 10));
    const z = Array.from({ length: 24 }, () => Array(x.length).fill(NaN));
    const column = new Map(x.map((date, d) => [date, d]));
    times.forEach((time, h) => { z[Number(time.slice(11, 13))][column.get(time.slice(0, 10))] = price[h]; });
    const ranked = Array.from(price).filter(Number.isFinite).sort((a, b) => a - b);
    const high = ranked[Math.floor(0.995 * (ranked.length - 1))], low = Math.min(0, ranked[Math.floor(0.005 * (ranked.length - 1))]);
    const data = [{ type: "heatmap", x, z, y: Array.from({ length: 24 }, (_, h) => h), zmin: low, zmax: high,
      colorscale: [[0, "#fff7e0"], [0.25, "#f2c14e"], [0.5, "#d9722b"], [0.75, "#9b2335"], [1, "#3b0f3f"]],
      colorbar: { title: { text: "@{price_unit}", side: "top" }, thickness: 12, outlinewidth: 0 },
      hovertemplate: "%{x} %{y}:00<br>%{z:.0f} CNY/MWh<extra></extra>" }];
    const axis = { automargin: true, fixedrange: true, showgrid: false, ticks: "outside", ticklen: 4 };
    const days = x.length <= 10 ? { tick0: x[0], dtick: 86400000 } : {}; // a tick a day, not two
    return { data, layout: { font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: "#1f2933" }, margin: { l: 12, r: 12, t: 10, b: 8 },
      paper_bgcolor: "rgba(0,0,0,0)", xaxis: { ...axis, ...days, type: "date", tickformat: "%m-%d" }, yaxis: { ...axis, dtick: 6, zeroline: false, title: { text: "@{hour_of_day}", standoff: 6 } } } };
  }

  const element = (id) => document.getElementById(id);
  const valueOf = (id) => (element(id) ? element(id).value : "");

  function drawWeek() {
    const day = Number(valueOf("week-range") || 0);
    const last = Math.min(store.count, day * 24 + 168) - 1;
    element("week-plot").style.height = !narrow() ? "520px" : legendColumns() === 1 ? "860px" : "680px";
    element("week-span").textContent = `${timeOf(day * 24).slice(0, 10)} – ${timeOf(last).slice(0, 10)}`;
    return show(element("week-plot"), weekFigure(valueOf("week-region"), day));
  }
  const drawPrices = () => show(element("price-plot"), priceFigure(valueOf("price-region")));

  function drawMap() {
    const chosen = valueOf("map-measure") || "p95";
    const figure = page.figures.backbone;
    for (const trace of figure.data) if (trace.meta) trace.visible = trace.meta === chosen;
    return show(element("backbone"), figure);
  }

  function fillWeeks() {
    const jump = element("week-jump");
    if (!jump) return;
    jump.replaceChildren(...[{ word: "js_week_any", day: "" }, ...store.days].map((d) => {
      const option = new Option(word(d.word), String(d.day));
      option.dataset.word = d.word;
      return option;
    }));
    const first = store.days[0];
    if (first) { jump.selectedIndex = 1; element("week-range").value = first.day; }
    const go = (day) => { element("week-range").value = day; drawWeek(); };
    jump.addEventListener("change", () => { if (jump.value !== "") go(jump.value); });
    element("week-range").addEventListener("input", () => { jump.selectedIndex = 0; drawWeek(); });
    element("week-back").addEventListener("click", () => { jump.selectedIndex = 0; go(Math.max(0, Number(valueOf("week-range")) - 7)); });
    element("week-on").addEventListener("click", () => { jump.selectedIndex = 0; go(Number(valueOf("week-range")) + 7); });
  }

  // What each plot draws, and the next of those that were not looked at yet while the browser has time.
  const makers = new Map();
  for (const plot of document.querySelectorAll(".plot")) {
    if (plot.id === "week-plot") makers.set(plot.id, drawWeek);
    else if (plot.id === "price-plot") makers.set(plot.id, drawPrices);
    else if (plot.id === "backbone") makers.set(plot.id, drawMap);
    else makers.set(plot.id, () => show(plot, page.figures[plot.id]));
  }
  function draw(id) {
    if (drawn.has(id)) return;
    drawn.set(id, makers.get(id));
    makers.get(id)();
  }
  const redraw = () => { for (const make of drawn.values()) make(); };
  const drawAll = () => { for (const id of makers.keys()) draw(id); };

  function setLanguage(to) {
    root.dataset.language = to;
    root.lang = to;
    document.title = `${document.querySelector("h1").innerText} – ${page.title[to]}`;
    for (const button of document.querySelectorAll("[data-set-language]")) button.setAttribute("aria-pressed", String(button.dataset.setLanguage === to));
    for (const option of document.querySelectorAll("option[data-word]")) option.textContent = word(option.dataset.word);
    redraw();
  }

  for (const button of document.querySelectorAll("[data-set-language]")) button.addEventListener("click", () => setLanguage(button.dataset.setLanguage));
  if (store && element("week-region")) {
    fillWeeks();
    element("week-region").addEventListener("change", drawWeek);
    if (element("price-region")) element("price-region").addEventListener("change", drawPrices);
  }
  if (element("map-measure")) element("map-measure").addEventListener("change", drawMap);
  setLanguage(new URLSearchParams(location.search).get("language") === "zh" ? "zh" : page.language);

  const watcher = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) { watcher.unobserve(one.target); draw(one.target.id); }
  }, { rootMargin: "300px" });
  for (const id of makers.keys()) watcher.observe(element(id));
  const rest = [...makers.keys()];
  const later = window.requestIdleCallback || ((f) => setTimeout(f, 60));
  (function next() {
    const id = rest.shift();
    if (id === undefined) { root.dataset.drawn = "all"; return; }
    later(() => { draw(id); next(); });
  })();

  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; redraw(); } });
  // On paper a page is about 690 CSS pixels wide; what is drawn by then takes the width it has there.
  const onPaper = window.matchMedia("print");
  const paper = () => { drawAll(); redraw(); };
  onPaper.addEventListener("change", paper);
  window.addEventListener("beforeprint", paper);
  window.addEventListener("afterprint", redraw);
})();
