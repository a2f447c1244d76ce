// The programme map: sigma draws, places come from the server; search, groups and a table of everyone.
(function () {
  "use strict";
  const PAGE = 25;

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

  // Packed columns back to people and ties.
  function unpacked(data) {
    const Wide = data.bytes === 2 ? Uint16Array : Uint32Array;
    const places = new Uint16Array(bytes(data.places)), groupOf = new Uint16Array(bytes(data.group_of));
    const counts = new Wide(bytes(data.counts)), others = new Wide(bytes(data.others));
    const changes = new Uint8Array(bytes(data.changes)), n = data.ids.length;
    if (!data.names.length) data.names = data.ids;
    const degree = [new Uint32Array(n), new Uint32Array(n), new Uint32Array(n)];
    const from = new Uint32Array(others.length);
    for (let a = 0, at = 0; a < n; a += 1) {
      for (const end = at + counts[a]; at < end; at += 1) {
        from[at] = a;
        degree[changes[at] || 0][a] += 1;
        degree[changes[at] || 0][others[at]] += 1;
      }
    }
    return { n, places, groupOf, from, others, changes, degree, waves: changes.length > 0 };
  }

  function built(map, data) {
    const graph = new graphology.UndirectedGraph({ allowSelfLoops: false });
    for (let k = 0; k < map.n; k += 1) {
      const ties = map.degree[0][k] + map.degree[1][k];
      graph.addNode(k, {
        x: map.places[2 * k], y: -map.places[2 * k + 1], label: data.names[k], group: map.groupOf[k],
        size: map.n > 2000 || map.waves ? 1.4 + Math.min(5, Math.sqrt(ties) * 0.45) : 2.6 + Math.min(6, Math.sqrt(ties) * 0.8),
      });
    }
    for (let at = 0; at < map.others.length; at += 1) {
      const change = map.changes[at] || 0;
      graph.addEdgeWithKey(at, map.from[at], map.others[at], { change, zIndex: change, type: change ? "wide" : "thin", size: map.others.length > 5000 ? 1.2 : 2.2 });
    }
    return graph;
  }

  // A colour part of the way from the ground; `thin` is one that adds up where many lines cross.
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const mixed = (colour, ground, share) => {
    const under = parts(ground);
    return `#${parts(colour).map((part, k) => Math.round(share * part + (1 - share) * under[k]).toString(16).padStart(2, "0")).join("")}`;
  };
  // The drawing surface wants colours multiplied by their opacity.
  const thin = (colour, share) => `rgba(${parts(colour).map((part) => Math.round(part * share)).join(",")},${share})`;

  // The name of a group stands in its middle, where its people stand together.
  function namer(canvas, sigma, map, data, colours) {
    const layer = document.createElement("canvas"), context = layer.getContext("2d");
    layer.className = "viz-names";
    canvas.append(layer);
    const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    const names = data.groups.map((text, group) => {
      const own = [];
      for (let k = 0; k < map.n; k += 1) {
        if (map.groupOf[k] === group && map.degree[0][k] + map.degree[1][k] + map.degree[2][k] > 0) own.push(k);
      }
      if (own.length < 3) return null;
      const x = middle(own.map((k) => map.places[2 * k])), y = middle(own.map((k) => -map.places[2 * k + 1]));
      const spread = middle(own.map((k) => Math.hypot(map.places[2 * k] - x, -map.places[2 * k + 1] - y)));
      return spread < 12000 ? { text, x, y, size: own.length } : null;
    }).filter(Boolean).sort((a, b) => b.size - a.size);

    return (beneath = () => {}) => {
      const { width, height } = sigma.getDimensions(), ratio = devicePixelRatio || 1;
      layer.width = width * ratio;
      layer.height = height * ratio;
      context.scale(ratio, ratio);
      beneath(context);
      context.font = `600 13px ${getComputedStyle(canvas).fontFamily}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 4;
      const taken = [];
      names.forEach(({ text, x, y }) => {
        const at = sigma.graphToViewport({ x, y }), half = context.measureText(text).width / 2 + 3;
        if (half > width / 4 || taken.some((other) => Math.abs(other.x - at.x) < half + other.half && Math.abs(other.y - at.y) < 18)) return;
        taken.push({ x: at.x, y: at.y, half });
        context.strokeStyle = colours.ground;
        context.fillStyle = colours.ink;
        context.strokeText(text, at.x, at.y);
        context.fillText(text, at.x, at.y);
      });
    };
  }

  function people(figure, map, data, pick) {
    const place = figure.querySelector(".viz-people"), body = place.querySelector("tbody");
    const status = place.querySelector(".viz-pages span"), collator = new Intl.Collator(data.language, { numeric: true });
    const count = new Intl.NumberFormat(data.language);
    const values = {
      id: (k) => data.names[k], group: (k) => data.groups[map.groupOf[k]], ties: (k) => map.degree[0][k],
      kept: (k) => map.degree[0][k], new: (k) => map.degree[1][k], lost: (k) => map.degree[2][k],
    };
    const shown = ["id", "group", ...(map.waves ? ["kept", "new", "lost"] : ["ties"])];
    let order = Array.from({ length: map.n }, (_, k) => k), first = 0, by = "", direction = 1;

    const fill = () => {
      body.replaceChildren(...order.slice(first, first + PAGE).map((k) => {
        const row = document.createElement("tr");
        shown.forEach((name) => {
          const cell = row.insertCell(), value = values[name](k);
          cell.className = typeof value === "number" ? "viz-number" : "viz-name";
          if (name === "id") {
            const button = document.createElement("button");
            button.type = "button";
            button.append(Object.assign(document.createElement("bdi"), { textContent: value }));
            button.addEventListener("click", () => pick(k));
            cell.append(button);
          } else cell.textContent = typeof value === "number" ? count.format(value) : value;
        });
        return row;
      }));
      const words = { from: order.length ? first + 1 : 0, to: Math.min(first + PAGE, order.length), all: order.length };
      status.textContent = data.words.range.replace(/\{(\w+)\}/g, (_, word) => count.format(words[word]));
      place.querySelector('[data-viz-turn="-1"]').disabled = first === 0;
      place.querySelector('[data-viz-turn="1"]').disabled = first + PAGE >= order.length;
    };
    place.querySelectorAll("[data-viz-turn]").forEach((button) => button.addEventListener("click", () => {
      first += PAGE * Number(button.dataset.vizTurn);
      fill();
    }));
    place.querySelectorAll("[data-viz-by]").forEach((button) => button.addEventListener("click", () => {
      direction = by === button.dataset.vizBy ? -direction : 1;
      by = button.dataset.vizBy;
      const value = values[by];
      order.sort((a, b) => direction * (typeof value(a) === "number" ? value(a) - value(b) : collator.compare(value(a), value(b))) || a - b);
      place.querySelectorAll("th").forEach((heading) => heading.removeAttribute("aria-sort"));
      button.parentElement.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      first = 0;
      fill();
    }));
    place.hidden = false;
    place.addEventListener("toggle", fill, { once: true });
  }

  function start(figure, data) {
    const canvas = figure.querySelector(".viz-canvas"), map = unpacked(data), graph = built(map, data);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const colours = {}, hiddenChanges = new Set();
    let picked = -1, near = new Set(), group = -1;

    const painted = () => {
      ["ink", "ground", "soft", "faint", "tie", "new", "lost"].forEach((name) => { colours[name] = viz.colour(name); });
      // Between two waves colour says what became of a tie, and nothing else.
      colours.rings = data.colours.map((k) => (k < 0 || map.waves ? colours.tie : viz.ring(k)));
      colours.dim = mixed(colours.tie, colours.ground, 0.3);
      const share = map.others.length > 20000 ? 0.13 : map.others.length > 3000 ? 0.25 : 0.5;
      colours.change = [thin(colours.tie, share), colours.new, colours.lost];
    };
    const node = (key, item) => {
      const k = Number(key);
      const dim = (picked >= 0 && k !== picked && !near.has(k)) || (group >= 0 && item.group !== group);
      return {
        ...item, color: dim ? colours.dim : colours.rings[item.group], label: k === picked ? item.label : null,
        forceLabel: k === picked, highlighted: k === picked, zIndex: dim ? 0 : 1,
        size: k === picked ? item.size + 4 : item.size,
      };
    };
    const edge = (key, item) => {
      const at = Number(key);
      const own = picked < 0 || map.from[at] === picked || map.others[at] === picked;
      const ofGroup = group < 0 || map.groupOf[map.from[at]] === group || map.groupOf[map.others[at]] === group;
      const strong = picked >= 0 && own && item.change === 0;
      return { ...item, hidden: !own || !ofGroup || hiddenChanges.has(item.change), color: strong ? colours.tie : colours.change[item.change] };
    };
    const hover = (context, item) => {
      const text = item.label || data.names[Number(item.key)];
      context.font = `13px ${getComputedStyle(canvas).fontFamily}`;
      const width = context.measureText(text).width + 14, left = item.x + item.size + 6 + width > canvas.clientWidth;
      const x = left ? item.x - item.size - 6 - width : item.x + item.size + 6;
      context.fillStyle = colours.ground;
      context.strokeStyle = colours.ink;
      context.beginPath();
      context.roundRect(x, item.y - 12, width, 24, 5);
      context.fill();
      context.stroke();
      context.beginPath();
      context.arc(item.x, item.y, item.size + 2, 0, 2 * Math.PI);
      context.stroke();
      context.fillStyle = colours.ink;
      context.textAlign = "left";
      context.textBaseline = "middle";
      context.fillText(text, x + 7, item.y + 1);
    };

    painted();
    canvas.classList.add("viz-on");
    let sigma;
    try {
      sigma = new Sigma(graph, canvas, {
        nodeReducer: node, edgeReducer: edge, zIndex: true, hideEdgesOnMove: true, hideLabelsOnMove: true, renderLabels: false,
        minEdgeThickness: 0.8, stagePadding: 24, allowInvalidContainer: true, defaultDrawNodeHover: hover,
        edgeProgramClasses: { thin: Sigma.rendering.EdgeLineProgram, wide: Sigma.rendering.EdgeRectangleProgram },
        defaultEdgeType: "thin", zoomDuration: still ? 0 : 200, inertiaDuration: still ? 0 : 150,
      });
    } catch (error) {
      // No WebGL: the tables say the same.
      canvas.classList.remove("viz-on");
      console.info(error.message);
    }

    const status = figure.querySelector(".viz-picked");
    const say = (k, found) => {
      const total = map.degree[0][k] + map.degree[1][k] + map.degree[2][k];
      const parts = map.waves
        ? ["kept", "new", "lost"].map((name, change) => `${data.words.changes[name]} ${map.degree[change][k]}`)
        : [`${data.words.ties} ${total}`];
      status.replaceChildren(
        Object.assign(document.createElement("bdi"), { textContent: data.names[k], className: "viz-strong" }),
        ` · ${data.groups[map.groupOf[k]]} · ${parts.join(", ")}${found ? ` · ${found}` : ""} `,
      );
      if (data.link) {
        status.append(Object.assign(document.createElement("a"), {
          textContent: data.words.open, href: data.link.replace("{id}", encodeURIComponent(data.ids[k])),
        }));
      }
    };
    const pick = (k, found) => {
      picked = k;
      near = new Set(k >= 0 ? graph.neighbors(String(k)).map(Number) : []);
      if (k < 0) status.textContent = data.words.hint;
      else say(k, found);
      if (sigma) sigma.refresh({ skipIndexation: true });
    };
    const look = (k, found) => {
      pick(k, found);
      if (!sigma) return;
      const { x, y } = sigma.getNodeDisplayData(String(k));
      const to = { x, y, ratio: Math.min(sigma.getCamera().ratio, map.n > 2000 ? 0.3 : 0.7) };
      if (still) sigma.getCamera().setState(to);
      else sigma.getCamera().animate(to, { duration: 350 });
    };

    figure.querySelector(".viz-search").addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = figure.querySelector(".viz-search input").value.trim().toLowerCase();
      if (!wanted) return pick(-1);
      const found = data.names.map((id, k) => [id.toLowerCase(), k]).filter(([id]) => id.includes(wanted));
      found.sort(([a], [b]) => (b === wanted) - (a === wanted) || b.startsWith(wanted) - a.startsWith(wanted));
      if (!found.length) {
        pick(-1);
        status.textContent = data.words.none;
      } else {
        const said = data.words.many.replace("{shown}", "1").replace("{all}", String(found.length));
        look(found[0][1], found.length === 1 ? data.words.one : said);
      }
    });
    figure.querySelectorAll("[data-viz-group]").forEach((button) => button.addEventListener("click", () => {
      const mine = Number(button.dataset.vizGroup);
      group = group === mine ? -1 : mine;
      figure.querySelectorAll("[data-viz-group]").forEach((other) => other.setAttribute("aria-pressed", String(Number(other.dataset.vizGroup) === group)));
      if (sigma) sigma.refresh({ skipIndexation: true });
    }));
    figure.querySelectorAll("[data-viz-change]").forEach((box) => box.addEventListener("change", () => {
      const change = Number(box.dataset.vizChange);
      if (box.checked) hiddenChanges.delete(change);
      else hiddenChanges.add(change);
      if (sigma) sigma.refresh({ skipIndexation: true });
    }));

    if (sigma) {
      const camera = sigma.getCamera();
      const name = namer(canvas, sigma, map, data, colours);
      let printing = false;
      // What the graphics card drew is not printed: for paper the map is drawn once more, under its names.
      const paper = (context) => {
        const at = (key) => sigma.framedGraphToViewport(sigma.getNodeDisplayData(key));
        graph.forEachEdge((key, item, from, to) => {
          const line = edge(key, item), a = at(from), b = at(to);
          if (line.hidden) return;
          context.strokeStyle = item.change ? line.color : mixed(colours.tie, colours.ground, 0.4);
          context.lineWidth = item.change ? 1 : 0.4;
          context.beginPath();
          context.moveTo(a.x, a.y);
          context.lineTo(b.x, b.y);
          context.stroke();
        });
        graph.forEachNode((key, item) => {
          const { x, y } = at(key), dot = node(key, item);
          context.fillStyle = dot.color;
          context.beginPath();
          context.arc(x, y, dot.size, 0, 2 * Math.PI);
          context.fill();
        });
      };
      const above = () => name(printing ? paper : undefined);
      sigma.on("afterRender", above);
      [["beforeprint", true], ["afterprint", false]].forEach(([moment, now]) => addEventListener(moment, () => {
        printing = now;
        above();
      }));
      figure.querySelector('[data-viz-zoom="in"]').addEventListener("click", () => camera.animatedZoom({ duration: still ? 0 : 200 }));
      figure.querySelector('[data-viz-zoom="out"]').addEventListener("click", () => camera.animatedUnzoom({ duration: still ? 0 : 200 }));
      figure.querySelector('[data-viz-zoom="fit"]').addEventListener("click", () => camera.animatedReset({ duration: still ? 0 : 200 }));
      sigma.on("clickNode", ({ node: key }) => pick(Number(key)));
      sigma.on("clickStage", () => pick(-1));
      // The wheel scrolls the page; with Ctrl it zooms.
      canvas.addEventListener("wheel", (event) => { if (!event.ctrlKey) event.stopPropagation(); }, { capture: true });
      let themed = false;
      viz.paint(() => {
        painted();
        if (themed) sigma.refresh({ skipIndexation: true });
        themed = true;
      });
      // The first drawing is made when sigma is; two frames later it is on the screen.
      above();
      requestAnimationFrame(() => requestAnimationFrame(() => { figure.dataset.vizDrawn = String(Math.round(performance.now())); }));
      figure.querySelectorAll(".viz-map-tools, .viz-zoom, .viz-groups, .viz-changes").forEach((part) => { part.hidden = false; });
    }
    status.textContent = sigma ? data.words.hint : "";
    people(figure, map, data, look);
  }

  viz.each("map", start);
})();
