#include "caseio/imports/matpower/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace longyang::caseio::imports::matpower {
namespace {

constexpr std::string_view blanks = " \t\r,";

/// Without the blanks around it, as a line that opens or closes a block of comments may have.
std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view()
               : line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

bool is_name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Walks over a file's bytes, counting lines.
class Reader {
public:
    explicit Reader(Text& text, std::string_view bytes) : text_(text), bytes_(bytes) {}

    void read() {
        while (skip_to_statement()) {
            read_statement();
        }
    }

private:
    [[nodiscard]] bool done() const { return at_ >= bytes_.size(); }
    [[nodiscard]] char here() const { return done() ? '\0' : bytes_[at_]; }
    [[nodiscard]] bool starts_with(std::string_view word) const {
        return bytes_.substr(at_).starts_with(word);
    }
    void step() {
        line_ += bytes_[at_] == '\n' ? 1 : 0;
        ++at_;
    }

    void fault(std::string found, std::string expected) {
        text_.faults.push_back({text_.file, line_, "", std::move(found), std::move(expected), ""});
    }

    /// The rest of the line, without its end.
    std::string_view take_line() {
        const std::size_t end = std::min(bytes_.find('\n', at_), bytes_.size());
        std::string_view rest = bytes_.substr(at_, end - at_);
        at_ = end;
        return rest.ends_with('\r') ? rest.substr(0, rest.size() - 1) : rest;
    }

    void skip_block_comment() {
        while (!done()) {
            step(); // the end of the line before
            if (trimmed(take_line()) == "%}") {
                return;
            }
        }
        fault("the end of the file", "the closing %} of a comment");
    }

    void skip_comment() {
        const std::string_view comment = take_line();
        if (text_.fields.empty()) {
            text_.header.emplace_back(comment);
        }
        if (trimmed(comment) == "%{") {
            skip_block_comment();
        }
    }

    /// False at the end of the file.
    bool skip_to_statement() {
        while (!done()) {
            const char c = here();
            if (c == '%') {
                skip_comment();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';') {
                step();
            } else {
                return true;
            }
        }
        return false;
    }

    void read_statement() {
        if (starts_with("function")) {
            take_function();
            return;
        }
        if (starts_with("return") || starts_with("end")) {
            take_line();
            return;
        }
        const std::size_t start = at_;
        const std::string_view struct_name = "mpc.";
        std::string name;
        if (starts_with(struct_name)) {
            at_ += struct_name.size();
            while (is_name_letter(here())) {
                name += here();
                step();
            }
            skip_blanks();
        }
        if (name.empty() || here() != '=') {
            at_ = start;
            fault(in_quotes(take_line()),
                  "mpc.<name> = a number, 'text', [matrix] or {texts}; a file that computes its "
                  "tables has to be saved by MATPOWER's savecase first");
            return;
        }
        step();
        skip_blanks();
        read_value(std::move(name));
    }

    void take_function() {
        const std::string_view words = take_line();
        const std::size_t equals = words.find('=');
        if (words.find('[') != std::string_view::npos || equals == std::string_view::npos) {
            fault(in_quotes(words), "function mpc = <name>, format version 2");
            return;
        }
        const std::size_t first = words.find_first_not_of(blanks, equals + 1);
        if (first != std::string_view::npos) {
            text_.function = words.substr(first, words.find_first_of(" \t(;%", first) - first);
        }
    }

    void skip_blanks() {
        while (!done() && blanks.find(here()) != std::string_view::npos) {
            step();
        }
    }

    void read_value(std::string name) {
        Field field{std::move(name), line_, {}, {}};
        if (here() == '[') {
            step();
            read_matrix(field);
        } else if (here() == '{') {
            step();
            read_cells(field);
        } else if (here() == '\'' || here() == '"') {
            field.texts.push_back(take_text());
        } else {
            double value = 0.0;
            if (!take_number(value)) {
                return;
            }
            field.rows.push_back({line_, {value}});
        }
        end_statement(field.name);
        if (text_.find(field.name) != nullptr) {
            fault(fmt::format("mpc.{} for the second time", field.name), "each table once");
            return;
        }
        text_.fields.push_back(std::move(field));
    }

    /// Nothing but a semicolon or a comment may follow a value on its line.
    void end_statement(const std::string& name) {
        skip_blanks();
        if (here() == ';') {
            step();
            skip_blanks();
        }
        if (!done() && here() != '\n' && here() != '%') {
            fault(in_quotes(take_line()), fmt::format("the end of mpc.{}", name));
        }
    }

    /// Comments, blanks and "..." with the line's end after it.
    void skip_within() {
        while (!done()) {
            if (here() == '%') {
                take_line();
            } else if (starts_with("...")) {
                take_line();
                if (!done()) {
                    step();
                }
            } else if (blanks.find(here()) != std::string_view::npos) {
                step();
            } else {
                return;
            }
        }
    }

    void read_matrix(Field& field) {
        Row row;
        const auto end_row = [&] {
            if (!row.cell.empty()) {
                field.rows.push_back(std::move(row));
            }
            row = {};
        };
        for (;;) {
            skip_within();
            if (done()) {
                fault("the end of the file", fmt::format("the closing ] of mpc.{}", field.name));
                return;
            }
            if (here() == ']') {
                step();
                end_row();
                return;
            }
            if (here() == ';' || here() == '\n') {
                end_row();
                step();
                continue;
            }
            if (row.cell.empty()) {
                row.line = line_;
            }
            double value = 0.0;
            if (take_number(value)) {
                row.cell.push_back(value);
            }
        }
    }

    /// Fails, with the fault told and the word taken, where it is no number.
    bool take_number(double& value) {
        const std::size_t end = std::min(bytes_.find_first_of(" \t\r\n,;]}%", at_), bytes_.size());
        std::string_view word = bytes_.substr(at_, end - at_);
        at_ = std::min(std::max(end, at_ + 1), bytes_.size());
        const std::string_view whole = word;
        const bool negative = word.starts_with('-');
        if (negative || word.starts_with('+')) {
            word.remove_prefix(1);
        }
        if (word == "Inf" || word == "inf") {
            value = std::numeric_limits<double>::infinity();
        } else if (word == "NaN" || word == "nan") {
            value = std::numeric_limits<double>::quiet_NaN();
        } else {
            const auto [rest, error] =
                std::from_chars(word.data(), word.data() + word.size(), value);
            const bool sign_again = !word.empty() && (word[0] == '-' || word[0] == '+');
            if (error != std::errc() || rest != word.data() + word.size() || sign_again) {
                fault(in_quotes(whole), "a number");
                return false;
            }
        }
        value = negative ? -value : value;
        return true;
    }

    /// A text in single or double quotes; a doubled quote stands for itself.
    std::string take_text() {
        const char quote = here();
        std::string text;
        step();
        while (!done() && here() != '\n') {
            if (here() == quote) {
                step();
                if (here() != quote) {
                    return text;
                }
            }
            text += here();
            step();
        }
        fault(in_quotes(text), "a closing quotation mark");
        return text;
    }

    void read_cells(Field& field) {
        for (;;) {
            skip_within();
            if (done()) {
                fault("the end of the file", fmt::format("the closing }} of mpc.{}", field.name));
                return;
            }
            if (here() == '}') {
                step();
                return;
            }
            if (here() == '\'' || here() == '"') {
                field.texts.push_back(take_text());
            } else if (here() == ';' || here() == '\n') {
                step();
            } else {
                double number = 0.0;
                if (take_number(number)) {
                    field.texts.push_back(fmt::format("{}", number));
                }
            }
        }
    }

    Text& text_;
    std::string_view bytes_;
    std::size_t at_ = 0;
    int line_ = 1;
};

} // namespace

const Field* Text::find(std::string_view name) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

Text cut_text(std::string file, std::string_view bytes) {
    Text text;
    text.file = std::move(file);
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.remove_prefix(3);
    }
    Reader(text, bytes).read();
    return text;
}

} // namespace longyang::caseio::imports::matpower
