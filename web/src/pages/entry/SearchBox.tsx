import { t } from "../../i18n";

interface SearchBoxProps {
  value: string;
  onInput: (value: string) => void;
  onSearch: () => void;
}

export function SearchBox({ value, onInput, onSearch }: SearchBoxProps) {
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch();
      }}
    >
      <label class="govuk-label" for="q">
        {t("search.label")}
      </label>
      <p class="govuk-hint" id="q-hint">
        {t("search.hint")}
      </p>
      <div class="search__row">
        <input
          class="govuk-input"
          id="q"
          name="q"
          type="search"
          autocomplete="off"
          enterkeyhint="search"
          aria-describedby="q-hint"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <button class="govuk-button" type="submit">
          {t("search.button")}
        </button>
      </div>
    </form>
  );
}
