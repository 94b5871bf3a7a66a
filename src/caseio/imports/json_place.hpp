#pragma once

#include "caseio/fault.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace longyang::caseio::imports {

/// Values that a number may have.
struct Range {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    std::string unit; ///< for words, as "MW"
};

/// The faults of a JSON file, in the order in which they are met.
struct JsonFaults {
    std::string file; ///< as it stands in words
    std::vector<Fault> faults;
};

/// The document, or null and a fault with its line where the bytes are none.
[[nodiscard]] nlohmann::json cut_json(const std::string& bytes, JsonFaults& faults);

/// A place in a JSON document. What is missing or of another kind than asked for is told with its
/// path ("thermal_generators.GEN1.startup[0].lag"), and reading goes on with 0 or nothing. A place
/// that is missing has told so itself: what is asked of it tells no more.
class JsonPlace {
public:
    JsonPlace(const nlohmann::json& root, JsonFaults& faults) : value_(&root), faults_(&faults) {}

    [[nodiscard]] const std::string& path() const { return path_; }
    /// Whether there is such a member that is not null.
    [[nodiscard]] bool has(const std::string& key) const;
    [[nodiscard]] JsonPlace at(const std::string& key) const;
    /// Members of an object, in the file's order of names; of none: a fault.
    [[nodiscard]] std::vector<std::pair<std::string, JsonPlace>> members() const;
    /// Items of an array; of none: a fault.
    [[nodiscard]] std::vector<JsonPlace> items() const;

    [[nodiscard]] double number(const Range& range = {}) const;
    [[nodiscard]] int whole(int least, int most) const;
    [[nodiscard]] std::string text() const;
    /// true, false, 0 or 1.
    [[nodiscard]] bool flag() const;
    /// An array of `count` numbers.
    [[nodiscard]] std::vector<double> numbers(std::size_t count, const Range& range = {}) const;

    [[nodiscard]] double number(const std::string& key, const Range& range = {}) const {
        return at(key).number(range);
    }
    [[nodiscard]] double number_or(const std::string& key, double value,
                                   const Range& range = {}) const {
        return has(key) ? at(key).number(range) : value;
    }

    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_object() const;

    void fault(std::string found, std::string expected) const;
    /// What stands here, for words: cut where it is long.
    [[nodiscard]] std::string shown() const;

private:
    JsonPlace(const nlohmann::json* value, JsonFaults* faults, std::string path)
        : value_(value), faults_(faults), path_(std::move(path)) {}

    const nlohmann::json* value_; ///< null: missing, and told
    JsonFaults* faults_;
    std::string path_;
};

} // namespace longyang::caseio::imports
