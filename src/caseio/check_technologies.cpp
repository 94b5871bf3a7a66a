#include "caseio/checks.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace longyang::caseio {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

void check_words(const char* table, const grid::Rows& rows, const grid::Names& technology,
                 std::span<const std::string> known, std::vector<Fault>& faults) {
    for (std::size_t i = 0; i < technology.size(); ++i) {
        if (!std::all_of(technology[i].begin(), technology[i].end(), is_plain)) {
            faults.push_back(row_fault(table, rows, i, "technology", in_quotes(technology[i]),
                                       "a word of small letters, digits and _, as " + known[0],
                                       nearest_name(technology[i], known)));
        }
    }
}

/// Other words for wind and PV, of which what goes by `wind` and `pv` would not know.
void check_synonyms(const grid::System& system, std::vector<Fault>& faults) {
    constexpr std::array synonyms = {
        std::pair("solar", "pv"),          std::pair("solar_pv", "pv"),
        std::pair("pv_solar", "pv"),       std::pair("photovoltaic", "pv"),
        std::pair("photovoltaics", "pv"),  std::pair("wind_onshore", "wind"),
        std::pair("onshore_wind", "wind"), std::pair("wind_power", "wind"),
    };
    const grid::Names& technology = system.renewables.technology;
    for (std::size_t i = 0; i < technology.size(); ++i) {
        for (const auto& [word, meant] : synonyms) {
            if (technology[i] == word) {
                faults.push_back(
                    row_fault("renewables", system.renewables, i, "technology", in_quotes(word),
                              "wind or pv, the words that reserves and reports go by", meant));
            }
        }
    }
}

} // namespace

std::vector<Fault> check_technologies(const grid::System& system) {
    // Words that reports, reserves and classes of `--without` go by; others may stand there too.
    const grid::Names thermal = {"coal",    "coal_chp",   "coal_captive", "gas_ccgt", "gas_ocgt",
                                 "biomass", "geothermal", "nuclear",      "csp"};
    const grid::Names renewables = {"wind", "pv", "run_of_river", "geothermal"};
    std::vector<Fault> faults;
    check_words("thermal", system.thermal, system.thermal.technology, thermal, faults);
    check_words("renewables", system.renewables, system.renewables.technology, renewables, faults);
    check_synonyms(system, faults);
    return faults;
}

} // namespace longyang::caseio
