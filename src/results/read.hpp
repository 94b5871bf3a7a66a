#pragma once

#include "results/content.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Reads a results file on one rank: for the report, comparisons and restarts.
namespace longyang::results {

class OpenFile; ///< the HDF5 file, open

/// A limit that entered the programme, as stored.
struct StoredLimit {
    std::string kind, name;
    int row = 0, hour = 0, side = 0;
    double limit_mw = 0.0, price_cny_per_mwh = 0.0;
};

struct StoredContract {
    std::string name;
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double low_mwh = 0.0, high_mwh = 0.0, energy_mwh = 0.0, short_mwh = 0.0;
    double price_cny_per_mwh = 0.0; ///< 0 too where the file is of an older program
};

struct StoredTarget {
    std::string name;
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double owed_mwh = 0.0, own_mwh = 0.0, short_mwh = 0.0, bought_mwh = 0.0, sold_mwh = 0.0;
    double price_cny_per_mwh = 0.0, certificate_cny_per_mwh = 0.0;
};

struct StoredEmissionCap {
    std::string name;
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double cap_t = 0.0, counted_t = 0.0, excess_t = 0.0, price_cny_per_t = 0.0;
};

/// What is small, read at once; hourly data and the case's tables come on request (below).
struct Stored {
    std::string path;
    Header header;
    grid::CaseInfo info;
    grid::Span span;
    std::string start; ///< first hour, "2030-01-15T00:00:00", local
    Certificate certificate;
    std::vector<std::pair<std::string, double>> cost_parts_cny;
    std::vector<std::pair<std::string, double>> bound_parts_cny; ///< may be empty
    std::vector<Stage> stages;
    Forecast forecast;
    std::vector<StoredLimit> limits;
    std::vector<StoredContract> contracts;
    std::vector<StoredTarget> targets; ///< none too where the file is of an older program
    std::vector<StoredEmissionCap> emission_caps; ///< likewise
    std::vector<std::string> breaches;
    std::vector<std::pair<std::string, std::string>> attributes; ///< of the root, all as text
    std::shared_ptr<const OpenFile> file;
};

/// Throws Error (file) in words where the file cannot be read, is no results file, is damaged, or
/// has another format version.
[[nodiscard]] Stored read_results(const std::string& path);

/// An option that was in force, as text; empty where the file names none of that name.
[[nodiscard]] std::string option_in_force(const Stored& stored, const std::string& name);

/// Whether the file has a dataset: some are not in files of earlier programs.
[[nodiscard]] bool holds(const Stored& stored, const std::string& path);

/// A dataset by path, "thermal/p_mw". All dimensions but the last become items, the last is hours.
[[nodiscard]] grid::HourTable hourly(const Stored& stored, const std::string& path);
[[nodiscard]] grid::Numbers numbers(const Stored& stored, const std::string& path);
[[nodiscard]] grid::Names texts(const Stored& stored, const std::string& path);

/// Any dataset, with the names of its dimensions.
struct AnyData {
    std::vector<std::size_t> extent;
    std::vector<std::string> dims;
    bool text = false;
    grid::Numbers numbers;
    grid::Names texts;
};
[[nodiscard]] AnyData read_any(const Stored& stored, const std::string& path);

/// Paths of all datasets, by name, dimension scales among them.
[[nodiscard]] std::vector<std::string> dataset_paths(const Stored& stored);

/// Prices of coupling rows; empty where the run had none. Throws Error (file) where the file is of
/// an older program, or its lists do not fit each other.
[[nodiscard]] RowPrices read_row_prices(const Stored& stored);

/// Of prices, behind which a restart goes on; 0 in files of earlier programs.
[[nodiscard]] int iterations_of(const Stored& stored);
/// The schedule, with contract periods, for a restart of the same case (info.hash says whether).
/// Throws Error (file) where the file's tables have not the system's shape.
[[nodiscard]] grid::Schedule read_schedule(const Stored& stored, const grid::System& system);

} // namespace longyang::results
