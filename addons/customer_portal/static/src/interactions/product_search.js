import { Combobox } from "./combobox";
import { mount } from "./piece";

const SHORTEST = 2; // letters, as on the server

/** The field "Add a product": choosing one adds it to the order. */
export class ProductSearch extends Combobox {
    static selector = ".cp_product_search";

    isEnough(text) {
        return text.length >= SHORTEST;
    }

    getAddress(text) {
        return `${this.el.dataset.url}?${new URLSearchParams({ search: text })}`;
    }

    read({ products, has_more: hasMore }) {
        return { items: products, hasMore };
    }

    draw(product, option) {
        if (product.refusal) {
            option.setAttribute("aria-disabled", "true");
        }
        const notes = [product.code, product.refusal].filter(Boolean);
        return [
            this.bdi(product.name),
            ...notes.flatMap((note) => [" ", this.bdi(note, "small text-muted")]),
        ];
    }

    choose(product) {
        if (product.refusal) {
            return;
        }
        const button = this.el.querySelector(".cp_product_add");
        button.value = product.id;
        // Sent twice it is added once, see portal.request.
        this.field.form.requestSubmit(button);
    }

    submit() {
        this.field.form.requestSubmit(this.el.querySelector("button[value='find']"));
    }
}

mount(ProductSearch);
