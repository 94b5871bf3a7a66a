#include "caseio/imports/json_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::caseio::imports {
namespace {

std::string words_of(const Range& range, const char* kind) {
    const std::string unit = range.unit.empty() ? "" : fmt::format(" ({})", range.unit);
    if (std::isinf(range.least) && std::isinf(range.most)) {
        return fmt::format("{}{}", kind, unit);
    }
    if (std::isinf(range.most)) {
        return fmt::format("{} of at least {}{}", kind, range.least, unit);
    }
    return fmt::format("{} from {} to {}{}", kind, range.least, range.most, unit);
}

} // namespace

nlohmann::json cut_json(const std::string& bytes, JsonFaults& faults) {
    try {
        return nlohmann::json::parse(bytes);
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t at = std::min(error.byte, bytes.size());
        const auto line =
            1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        const std::string what = error.what();
        const std::size_t from = what.rfind("; "); // behind the library's own place
        faults.faults.push_back({faults.file, static_cast<int>(line), "",
                                 from == std::string::npos ? what : what.substr(from + 2), "JSON",
                                 ""});
        return {};
    }
}

bool JsonPlace::has(const std::string& key) const {
    return is_object() && value_->contains(key) && !(*value_)[key].is_null();
}

JsonPlace JsonPlace::at(const std::string& key) const {
    std::string path = path_.empty() ? key : fmt::format("{}.{}", path_, key);
    if (value_ != nullptr && !value_->is_object()) {
        fault(shown(), "an object");
    } else if (value_ != nullptr && !value_->contains(key)) {
        JsonPlace(nullptr, faults_, path).fault("nothing", "this member");
    } else if (value_ != nullptr) {
        return {&(*value_)[key], faults_, std::move(path)};
    }
    return {nullptr, faults_, std::move(path)};
}

std::vector<std::pair<std::string, JsonPlace>> JsonPlace::members() const {
    std::vector<std::pair<std::string, JsonPlace>> members;
    if (value_ != nullptr && !value_->is_object()) {
        fault(shown(), "an object");
    } else if (value_ != nullptr) {
        for (const auto& [name, value] : value_->items()) {
            members.emplace_back(
                name, JsonPlace(&value, faults_,
                                path_.empty() ? name : fmt::format("{}.{}", path_, name)));
        }
    }
    return members;
}

std::vector<JsonPlace> JsonPlace::items() const {
    std::vector<JsonPlace> items;
    if (value_ != nullptr && !value_->is_array()) {
        fault(shown(), "an array");
    } else if (value_ != nullptr) {
        for (std::size_t k = 0; k < value_->size(); ++k) {
            items.push_back(JsonPlace(&(*value_)[k], faults_, fmt::format("{}[{}]", path_, k)));
        }
    }
    return items;
}

double JsonPlace::number(const Range& range) const {
    if (value_ == nullptr) {
        return 0.0;
    }
    const double number = value_->is_number() ? value_->get<double>() : NAN;
    if (!(number >= range.least && number <= range.most)) {
        fault(shown(), words_of(range, "a number"));
        return 0.0;
    }
    return number;
}

int JsonPlace::whole(int least, int most) const {
    if (value_ == nullptr) {
        return 0;
    }
    const double number = value_->is_number() ? value_->get<double>() : NAN;
    if (!(number >= least && number <= most && number == std::floor(number))) {
        fault(shown(), fmt::format("a whole number from {} to {}", least, most));
        return 0;
    }
    return static_cast<int>(number);
}

std::string JsonPlace::text() const {
    if (value_ != nullptr && !value_->is_string()) {
        fault(shown(), "a text");
        return {};
    }
    return value_ == nullptr ? std::string() : value_->get<std::string>();
}

bool JsonPlace::flag() const {
    if (value_ == nullptr) {
        return false;
    }
    if (value_->is_boolean()) {
        return value_->get<bool>();
    }
    if (value_->is_number() && (*value_ == 0 || *value_ == 1)) {
        return *value_ == 1;
    }
    fault(shown(), "true, false, 0 or 1");
    return false;
}

std::vector<double> JsonPlace::numbers(std::size_t count, const Range& range) const {
    std::vector<double> numbers(count, 0.0);
    const std::vector<JsonPlace> all = items();
    if (value_ != nullptr && value_->is_array() && all.size() != count) {
        fault(fmt::format("{} numbers", all.size()), fmt::format("{}", count));
        return numbers;
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        numbers[k] = all[k].number(range);
    }
    return numbers;
}

bool JsonPlace::is_null() const {
    return value_ != nullptr && value_->is_null();
}
bool JsonPlace::is_number() const {
    return value_ != nullptr && value_->is_number();
}
bool JsonPlace::is_array() const {
    return value_ != nullptr && value_->is_array();
}
bool JsonPlace::is_object() const {
    return value_ != nullptr && value_->is_object();
}

void JsonPlace::fault(std::string found, std::string expected) const {
    faults_->faults.push_back({faults_->file, 0, path_, std::move(found), std::move(expected), ""});
}

std::string JsonPlace::shown() const {
    if (value_ == nullptr) {
        return "nothing";
    }
    if (value_->is_object() || value_->is_array()) {
        return value_->is_object() ? "an object" : "an array";
    }
    return value_->is_string() ? in_quotes(value_->get<std::string>()) : value_->dump();
}

} // namespace longyang::caseio::imports
