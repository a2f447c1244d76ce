// The ego map: fixed places, no physics; the slider changes how each tie stands, never where anybody is.
// Sizes are given in screen pixels at every zoom; `unit` is the length of one of them in the picture.
(function () {
  "use strict";
  const TEXT = 12.5, HEADING = 11, MANY = 80;

  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const box = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

  // Labels where they touch nothing: a name beside its dot, else the number it has in the table, else nothing.
  function placeLabels(context, people, obstacles, bounds, unit, radius, names) {
    const taken = [...obstacles];
    const placed = [];
    const height = TEXT * 1.25 * unit, gap = radius + 4 * unit;
    const tryText = (person, text) => {
      const width = context.measureText(text).width + 2 * unit;
      const side = person.x < 0 ? -1 : 1, end = person.y < 0 ? -1 : 1;
      const beside = [side, 0], beyond = [0, end];
      const order = Math.abs(person.y) > 2.2 * Math.abs(person.x) ? [beyond, beside] : [beside, beyond];
      for (const [dx, dy] of [...order, [0, -end], [-side, 0]]) {
        const x = person.x + dx * (gap + width / 2), y = person.y + dy * (gap + height / 2);
        const room = box(x, y, width, height);
        const inside = !bounds || (room[0] > bounds[0] && room[2] < bounds[2] && room[1] > bounds[1] && room[3] < bounds[3]);
        if (inside && !taken.some((other) => overlaps(room, other))) {
          taken.push(room);
          placed.push({ text, x, y });
          return true;
        }
      }
      return false;
    };
    const rest = names ? people.filter((person) => !tryText(person, person.name)) : people;
    if (names && rest.length > people.length / 2) {
      // A few names among many numbers would look like a choice of persons.
      return placeLabels(context, people, obstacles, bounds, unit, radius, false);
    }
    rest.forEach((person) => tryText(person, String(person.number)));
    return { placed, numbered: rest.length > 0 };
  }

  function start(figure, data) {
    const canvas = figure.querySelector(".viz-canvas");
    canvas.classList.add("viz-on");
    const face = getComputedStyle(canvas).fontFamily;
    const count = data.nodes.length - 1, outer = Math.max(...data.circles.map((circle) => circle.radius));
    const nodes = new vis.DataSet(), edges = new vis.DataSet();
    const network = new vis.Network(canvas, { nodes, edges }, {
      physics: false,
      interaction: {
        dragNodes: false, hover: true, tooltipDelay: 120, selectConnectedEdges: false,
        zoomView: matchMedia("(pointer: coarse)").matches,
      },
      nodes: { labelHighlightBold: false },
      edges: { smooth: false, selectionWidth: 0, hoverWidth: 0, chosen: false },
    });
    canvas.querySelector(".vis-network").removeAttribute("tabindex");
    let moment = data.moments.length - 1;
    let wide = 1, tall = 1, fitted = 1, labels = null;

    const unit = () => 1 / network.getScale();
    const radius = () => unit() * (count <= MANY ? (canvas.clientWidth < 600 ? 6.5 : 8) : Math.max(2, Math.min(8, 22 * network.getScale())));
    const state = (index) => (index === 0 ? "ego" : data.moments[moment].states[index - 1]);

    const node = (index) => {
      const now = state(index), u = unit();
      const ground = viz.colour("ground"), ink = viz.colour("ink");
      const fill = index === 0 ? viz.colour("ego") : viz.ring(data.ring[index]);
      const inside = now === "dormant" ? ground : fill;
      return {
        ...data.nodes[index],
        label: index === 0 ? data.nodes[0].label : undefined,
        x: data.nodes[index].x * wide,
        y: data.nodes[index].y * tall,
        hidden: now === "none",
        size: radius(),
        borderWidth: count <= MANY ? 2 : 1, // in screen pixels already
        borderWidthSelected: 3,
        color: { background: inside, border: fill, highlight: { background: inside, border: ink }, hover: { background: inside, border: ink } },
        font: { color: viz.colour("on-ego"), face, size: 14 * u },
        widthConstraint: { maximum: 130 * u },
        shapeProperties: { borderRadius: 6 * u },
        margin: 7 * u,
      };
    };

    const line = (edge, index) => {
      const now = data.moments[moment], u = unit() * Math.min(1, MANY / count + 0.1);
      if (index >= count) {
        const colour = viz.colour("faint");
        return { ...edge, id: index, width: 1.2 * u, dashes: false, hidden: !now.ties[index - count], color: { color: colour, hover: colour } };
      }
      const standing = now.states[index], colour = viz.colour("tie");
      return {
        ...edge, id: index, width: now.widths[index] * u, hidden: standing === "none",
        dashes: standing === "dormant" ? [6 * u, 5 * u] : false, color: { color: colour, hover: colour },
      };
    };

    const show = () => {
      labels = null;
      // The person in the middle comes last, and so on top.
      nodes.update(data.nodes.map((_, index) => node((index + 1) % data.nodes.length)));
      edges.update(data.edges.map(line));
      network.redraw();
    };

    const headings = (context, u) => {
      context.font = `600 ${HEADING * u}px ${face}`;
      const free = [];
      data.circles.filter((circle) => circle.label).forEach((circle) => {
        const y = -circle.radius * tall;
        const room = box(0, y, context.measureText(circle.label).width + 12 * u, HEADING * 1.4 * u);
        if (!free.some((other) => overlaps(other.room, room))) free.push({ text: circle.label, x: 0, y, room });
      });
      return free;
    };

    network.on("beforeDrawing", (context) => {
      const u = unit();
      context.strokeStyle = viz.colour("rule");
      context.lineWidth = u;
      data.circles.forEach((circle) => {
        context.beginPath();
        context.ellipse(0, 0, circle.radius * wide, circle.radius * tall, 0, 0, 2 * Math.PI);
        context.stroke();
      });
    });

    network.on("afterDrawing", (context) => {
      const u = unit(), ink = viz.colour("ink"), ground = viz.colour("ground");
      const people = data.nodes.slice(1).map((item, k) => ({
        x: item.x * wide, y: item.y * tall, name: item.label, number: item.id, state: data.moments[moment].states[k],
      })).filter((person) => person.state !== "none");
      const dots = people.map((person) => box(person.x, person.y, 2 * radius(), 2 * radius()));
      // A ring's name that would cover somebody is left to the key under the picture.
      const named = headings(context, u).filter(({ room }) => !dots.some((dot) => overlaps(dot, room)));
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.direction = "ltr";
      named.forEach(({ text, x, y, room }) => {
        context.fillStyle = ground;
        context.fillRect(room[0], room[1], room[2] - room[0], room[3] - room[1]);
        context.fillStyle = viz.colour("soft");
        context.fillText(text, x, y);
      });
      context.font = `${TEXT * u}px ${face}`;
      if (labels === null) {
        const ego = network.getBoundingBox(0);
        const obstacles = named.map((item) => item.room).concat(dots, [[ego.left, ego.top, ego.right, ego.bottom]]);
        const half = [canvas.clientWidth / 2 / fitted, canvas.clientHeight / 2 / fitted];
        const bounds = network.getScale() <= fitted * 1.02 ? [-half[0], -half[1], half[0], half[1]] : null;
        labels = count > 150 && network.getScale() < 0.55
          ? { placed: [], numbered: false }
          : placeLabels(context, people, obstacles, bounds, u, radius(), count <= 150 || network.getScale() > 0.9);
        figure.querySelector(".viz-numbers-note").hidden = !labels.numbered;
      }
      context.lineWidth = 3.5 * u;
      context.strokeStyle = ground;
      context.fillStyle = ink;
      labels.placed.forEach(({ text, x, y }) => {
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
      });
    });

    // The rings take the shape of the room they are given: wide on a desk, tall on a phone.
    const fit = () => {
      const width = canvas.clientWidth, height = canvas.clientHeight;
      if (width < 100 || height < 100) return;
      const aside = width < 600 ? 26 : 118, above = 26;
      const shape = Math.sqrt((width - 2 * aside) / (height - 2 * above));
      wide = Math.min(1.45, Math.max(0.85, shape));
      tall = 1 / wide;
      fitted = Math.min((width - 2 * aside) / (2 * outer * wide), (height - 2 * above) / (2 * outer * tall), 1.2);
      network.moveTo({ position: { x: 0, y: 0 }, scale: fitted });
      show();
    };
    const zoom = (factor) => {
      network.moveTo({ scale: Math.min(6, Math.max(0.04, network.getScale() * factor)) });
      show();
    };
    figure.querySelector('[data-viz-zoom="in"]').addEventListener("click", () => zoom(1.4));
    figure.querySelector('[data-viz-zoom="out"]').addEventListener("click", () => zoom(1 / 1.4));
    figure.querySelector('[data-viz-zoom="fit"]').addEventListener("click", fit);
    network.on("zoom", show);
    network.on("resize", fit);

    const slider = figure.querySelector(".viz-slider");
    if (slider) {
      const input = slider.querySelector("input");
      const mark = () => figure.querySelectorAll("[data-viz-column]").forEach((column) => {
        const date = /^(?:state|strength)(\d+)$/.exec(column.dataset.vizColumn);
        column.classList.toggle("viz-now", date !== null && Number(date[1]) === moment);
      });
      input.addEventListener("input", () => {
        moment = Number(input.value);
        const now = data.moments[moment];
        input.setAttribute("aria-valuetext", now.date);
        slider.querySelector("output").textContent = now.date;
        figure.querySelector(".viz-sentence").textContent = now.sentence;
        mark();
        show();
      });
      slider.hidden = false;
      mark();
    }
    figure.querySelector(".viz-zoom").hidden = false;
    fit();
    viz.paint(show);
    figure.dataset.vizDrawn = String(Math.round(performance.now()));
  }

  viz.each("ego", start);
})();
