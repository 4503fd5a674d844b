// A plain file field that sends its file as soon as it is chosen.
export default {
  template: `<span class="file"><input type="file" :id="name" :accept="accept" :aria-describedby="name + '-state'" @change="send"><span :id="name + '-state'" role="status" class="error">{{ state }}</span></span>`,
  props: { url: String, name: String, accept: String, tooLarge: String, failed: String },
  data() { return { state: "" }; },
  methods: {
    async send(event) {
      const file = event.target.files[0];
      if (!file) return;
      const form = new FormData();
      form.append("file", file, file.name);
      const url = (this.url.startsWith("/") ? window.path_prefix : "") + this.url;
      this.state = "";
      try {
        const answer = await fetch(url, { method: "POST", body: form });
        if (!answer.ok) this.state = answer.status === 413 ? this.tooLarge : this.failed;
      } catch { this.state = this.failed; }
      event.target.value = "";
    },
  },
};
