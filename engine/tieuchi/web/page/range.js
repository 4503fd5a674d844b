// A slider over whole numbers with the scale's steps marked. It says where it is, then waits until that is dealt with:
// however slow the server, it is never asked about places the knob has long left.
export default {
  template: `
    <div class="range">
      <input type="range" :min="least" :max="most" step="1" :value="here" :aria-label="label" :aria-valuetext="words"
             :disabled="disabled" @input="moved" @change="rest">
      <div class="marks" aria-hidden="true">
        <span v-for="mark in marks" :key="mark.at" :class="mark.kind" :title="mark.words" :style="{insetInlineStart: place(mark.at)}"></span>
      </div>
    </div>`,
  props: { least: Number, most: Number, value: Number, marks: Array, label: String, words: String, disabled: Boolean, heard: Number },
  emits: ["moved", "rest"],
  data() { return { here: this.value, own: false, busy: false, wanted: null }; },
  watch: {
    value(value) { if (!this.own) this.here = value; },
    heard() { this.free(); },
  },
  methods: {
    place(at) { return `calc(8px + (100% - 16px) * ${(at - this.least) / Math.max(1, this.most - this.least)})`; },
    moved(event) {
      this.here = this.wanted = Number(event.target.value);
      this.own = true;
      this.tell();
    },
    tell() {
      if (this.busy || this.wanted === null) return;
      this.busy = true;
      this.patience = setTimeout(this.free, 2000);
      this.$emit("moved", this.wanted);
      this.wanted = null;
    },
    free() { clearTimeout(this.patience); this.busy = false; this.tell(); },
    rest() { this.own = false; this.wanted = null; this.$emit("rest", this.here); },
  },
};
