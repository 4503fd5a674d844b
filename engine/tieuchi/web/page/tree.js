// The tree of criteria: a tree grid with one tab stop, arrow keys, and rows that are patched where they change.
export default {
  template: `
    <table class="tree" role="treegrid" :aria-label="labels.tree" @keydown="key">
      <thead><tr role="row">
        <th role="columnheader" scope="col">{{ labels.criterion }}</th>
        <th role="columnheader" scope="col" class="number">{{ labels.points }}</th>
        <th role="columnheader" scope="col" class="number max">{{ labels.max }}</th>
        <th role="columnheader" scope="col" class="number">{{ labels.lost }}</th>
        <th role="columnheader" scope="col" class="state">{{ labels.state }}</th>
      </tr></thead>
      <tbody>
        <tr v-for="row in visible" :key="row.id" role="row" :id="'row-' + row.id" :data-id="row.id"
            :class="[row.state, 'level' + row.level, row.delta ? 'moved' : '', row.id === chosen ? 'chosen' : '']"
            :aria-level="row.level" :aria-expanded="row.group ? String(open(row)) : undefined"
            :aria-selected="String(row.id === chosen)" :tabindex="row.id === focused ? 0 : -1"
            @click="pick(row)" @focus="focused = row.id">
          <th role="rowheader" scope="row" class="title" :style="{paddingInlineStart: (row.level * 14 - 8) + 'px'}">
            <span class="twist" aria-hidden="true" @click.stop="toggle(row)">{{ row.group ? (open(row) ? '▾' : '▸') : '' }}</span>
            <span class="id">{{ row.id }}</span> {{ row.title }}
          </th>
          <td role="gridcell" class="number points"><b>{{ row.points }}</b><span v-if="row.delta" class="delta" :class="row.sign"> {{ row.delta }}</span></td>
          <td role="gridcell" class="number max">{{ row.max }}</td>
          <td role="gridcell" class="number lost"><span class="bar" aria-hidden="true" :style="{width: row.share + '%'}"></span>{{ row.lost }}</td>
          <td role="gridcell" class="state"><span class="badge" :class="row.state">{{ row.stateText }}</span></td>
        </tr>
      </tbody>
    </table>`,
  props: { rows: Array, labels: Object, selected: String },
  emits: ["pick"],
  data() {
    return { closed: {}, focused: null, chosen: this.selected, patches: {} };
  },
  watch: {
    rows() { this.patches = {}; if (!this.byId[this.focused]) this.focused = null; this.settle(); },
    selected(id) { this.chosen = id; this.focused = id || this.focused; },
  },
  mounted() {
    this.settle();
    // On a narrow screen only what leads to the chosen criterion is open at first.
    if (window.innerWidth < 860) {
      for (const row of this.rows) if (row.group) this.closed[row.id] = true;
      this.reveal(this.chosen);
    }
  },
  computed: {
    shown() { return this.rows.map((row) => ({ ...row, ...(this.patches[row.id] || {}) })); },
    byId() { return Object.fromEntries(this.rows.map((row) => [row.id, row])); },
    visible() {
      return this.shown.filter((row) => {
        for (let above = row.parent; above; above = this.byId[above].parent) if (this.closed[above]) return false;
        return true;
      });
    },
  },
  methods: {
    settle() { if (!this.focused && this.rows.length) this.focused = this.chosen || this.rows[0].id; },
    open(row) { return !this.closed[row.id]; },
    toggle(row) { if (row.group) this.closed = { ...this.closed, [row.id]: !this.closed[row.id] }; },
    pick(row) { this.chosen = row.id; this.focused = row.id; this.$emit("pick", row.id);
      if (window.innerWidth < 860) document.querySelector(".detail")?.scrollIntoView({ block: "start" }); },
    patch(changes) { this.patches = { ...this.patches, ...changes }; },
    choose(id) { this.chosen = id; this.focused = id; },
    reveal(id) { for (let above = (this.byId[id] || {}).parent; above; above = this.byId[above].parent) this.closed = { ...this.closed, [above]: false }; this.choose(id); },
    go(id) {
      this.focused = id;
      this.$nextTick(() => { const row = this.$el.querySelector(`tr[data-id="${CSS.escape(id)}"]`); if (row) row.focus(); });
    },
    key(event) {
      const rows = this.visible, at = rows.findIndex((row) => row.id === this.focused), row = rows[at];
      if (!row) return;
      const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
      if (event.key in steps) { const next = rows[steps[event.key]]; if (next) this.go(next.id); }
      else if (event.key === "ArrowRight" && row.group) { if (!this.open(row)) this.toggle(row); else if (rows[at + 1]) this.go(rows[at + 1].id); }
      else if (event.key === "ArrowLeft") { if (row.group && this.open(row)) this.toggle(row); else if (row.parent) this.go(row.parent); }
      else if (event.key === "Enter" || event.key === " ") this.pick(row);
      else return;
      event.preventDefault();
    },
  },
};
