/** Wakes those who wait for something to hold, whenever something has happened. */
export class News {
  #waiting = new Set();

  tell() {
    for (const look of [...this.#waiting]) look();
  }

  async until(holds, within = 10_000) {
    if (holds()) return;
    let look;
    let late;
    try {
      await new Promise((resolve, reject) => {
        late = setTimeout(() => reject(new Error(`Within ${within} ms it did not come to this: ${holds}`)), within);
        look = () => {
          if (holds()) resolve();
        };
        this.#waiting.add(look);
      });
    } finally {
      clearTimeout(late);
      this.#waiting.delete(look);
    }
  }
}
