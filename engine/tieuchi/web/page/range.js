// A slider over whole numbers with the scale's steps marked. What it says goes out at most once a frame.
export default {
  template: `
    <div class="range">
      <input type="range" :min="least" :max="most" step="1" :value="here" :aria-label="label" :aria-valuetext="words"
             :disabled="disabled" @input="moved" @change="rest">
      <div class="marks" aria-hidden="true">
        <span v-for="mark in marks" :key="mark.at" :class="mark.kind" :title="mark.words" :style="{insetInlineStart: place(mark.at)}"></span>
      </div>
    </div>`,
  props: { least: Number, most: Number, value: Number, marks: Array, label: String, words: String, disabled: Boolean },
  emits: ["moved", "rest"],
  data() { return { here: this.value, waiting: false, own: false }; },
  watch: { value(value) { if (!this.own) this.here = value; } },
  methods: {
    place(at) { return `calc(8px + (100% - 16px) * ${(at - this.least) / Math.max(1, this.most - this.least)})`; },
    moved(event) {
      this.here = Number(event.target.value);
      this.own = true;
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => { this.waiting = false; this.$emit("moved", this.here); });
    },
    rest() { this.own = false; this.$emit("rest", this.here); },
  },
};
