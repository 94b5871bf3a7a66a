#include "results/write.hpp"

#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "results/datasets.hpp"
#include "results/derived.hpp"
#include "results/hdf5_file.hpp"
#include "results/hour_parts.hpp"
#include "results/write_small.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <vector>

namespace longyang::results {
namespace {

using grid::HourTable;
using grid::System;
using h5::Extent;
using h5::Handle;

const Group& group_of(const Dataset& d) {
    const auto all = groups();
    return *std::find_if(all.begin(), all.end(), [&](const Group& g) { return g.name == d.group; });
}

const HourTable* source_of(const Dataset& d, const Content& content) {
    if (d.of_schedule != nullptr) {
        return &(content.schedule.*d.of_schedule);
    }
    return d.of_content != nullptr ? &(content.*d.of_content) : nullptr;
}

void check_shapes(const System& system, const Content& content) {
    const auto hours = content.span.size();
    if (content.span.begin < 0 || content.span.hours < 1 ||
        static_cast<std::size_t>(content.span.begin) + hours > system.profiles.hours) {
        throw Error(Exit::defect,
                    fmt::format("results of hours {} to {} of the year", content.span.begin,
                                content.span.begin + content.span.hours));
    }
    for (const Dataset& d : datasets()) {
        const HourTable* table = source_of(d, content);
        if (table == nullptr || table->values.empty()) {
            continue;
        }
        const std::size_t items = group_of(d).rows(system).line.size();
        if (table->items != items || table->hours != hours) {
            throw Error(Exit::defect,
                        fmt::format("results: {} has {} x {} values, expected {} items x {} hours",
                                    d.path(), table->items, table->hours, items, hours));
        }
    }
}

/// This rank's hours of every hourly dataset, derived ones with them.
HourTables collect_hours(const Comm& comm, const System& system, const partition::Owners& owners,
                         const Content& content) {
    // A table counts as reached where any rank has it; ranks that own no row may hold none.
    std::vector<double> filled;
    for (const Dataset& d : datasets()) {
        const HourTable* table = source_of(d, content);
        filled.push_back(table != nullptr && !table->values.empty() ? 1.0 : 0.0);
    }
    sum_in_order(comm, filled);

    const Share mine = hours_of_rank(content.span.size(), comm.rank(), comm.size());
    const std::size_t my_hours = mine.end - mine.begin;
    HourTables tables;
    for (std::size_t k = 0; k < datasets().size(); ++k) {
        const Dataset& d = datasets()[k];
        const HourTable* table = source_of(d, content);
        if (table == nullptr) {
            continue;
        }
        const std::size_t items = group_of(d).rows(system).line.size();
        if (filled[k] == 0.0) {
            HourTable& unknown = tables[d.path()] = HourTable(items, my_hours);
            std::fill(unknown.values.begin(), unknown.values.end(),
                      std::numeric_limits<double>::quiet_NaN());
            continue;
        }
        const HourTable zeros =
            table->values.empty() ? HourTable(items, content.span.size()) : HourTable();
        const HourTable& whole = table->values.empty() ? zeros : *table;
        tables[d.path()] =
            d.owner != nullptr ? to_hours(comm, whole, owners.*d.owner) : to_hours(comm, whole);
    }
    derive(system, {content.span.begin + static_cast<int>(mine.begin), static_cast<int>(my_hours)},
           tables);
    return tables;
}

Extent extent_of(const Dataset& d, std::size_t items, const BalanceAxes& axes, const System& system,
                 std::size_t hours) {
    Extent extent;
    for (const std::string& dim : d.dims) {
        if (dim == "hour") {
            extent.push_back(hours);
        } else if (dim == "region") {
            extent.push_back(system.regions.line.size());
        } else if (dim == "technology") {
            extent.push_back(axes.technologies.size());
        } else if (dim == "storage_technology") {
            extent.push_back(axes.storage_technologies.size());
        } else {
            extent.push_back(items);
        }
    }
    return extent;
}

Handle create_hourly(const Handle& group, const Dataset& d, const Extent& extent) {
    const std::string doing = fmt::format("making {}", d.path());
    const Handle space = h5::own(
        H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose, doing);
    const Handle how = h5::own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, doing);
    const bool empty = std::any_of(extent.begin(), extent.end(), [](hsize_t n) { return n == 0; });
    if (!empty) {
        Extent chunk;
        for (const hsize_t n : extent) {
            chunk.push_back(std::min<hsize_t>(n, chunk_items));
        }
        chunk.back() = std::min<hsize_t>(extent.back(), chunk_hours);
        h5::set_chunks(how, chunk, true);
        h5::check(H5Pset_fill_time(how.get(), H5D_FILL_TIME_NEVER), doing);
    }
    return h5::own(H5Dcreate2(group.get(), d.name.c_str(), H5T_NATIVE_DOUBLE, space.get(),
                              H5P_DEFAULT, how.get(), H5P_DEFAULT),
                   H5Dclose, doing);
}

/// Writes this rank's hours, which are the last dimension. Collective.
void write_hours(const Dataset& d, const Handle& dataset, const Extent& extent, Share mine,
                 const HourTable& values) {
    if (values.items == 0) {
        return; // on all ranks
    }
    const std::string doing = fmt::format("writing {}", d.path());
    Extent start(extent.size(), 0);
    Extent count = extent;
    start.back() = mine.begin;
    count.back() = mine.end - mine.begin;
    const Handle file_space = h5::own(H5Dget_space(dataset.get()), H5Sclose, doing);
    const Handle memory_space = h5::own(
        H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, doing);
    h5::check(H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr,
                                  count.data(), nullptr),
              doing);
    const Handle collectively = h5::own(H5Pcreate(H5P_DATASET_XFER), H5Pclose, doing);
    h5::check(H5Pset_dxpl_mpio(collectively.get(), H5FD_MPIO_COLLECTIVE), doing);
    h5::check(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, memory_space.get(), file_space.get(),
                       collectively.get(), values.values.data()),
              doing);
}

/// Collective over the ranks that hold hours, `mine`.
void write_hourly(const Comm& writers, const std::string& part, const System& system,
                  std::size_t hours, Share mine, const HourTables& tables) {
    const BalanceAxes axes = balance_axes(system);
    std::optional<h5::WrittenFile> written;
    agree(writers, [&] {
        const Handle access = h5::file_access();
        h5::check(H5Pset_fapl_mpio(access.get(), writers.raw(), MPI_INFO_NULL), "opening for MPI");
        written.emplace(h5::own(H5Fcreate(part.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()),
                                H5Fclose, fmt::format("'{}' cannot be written", part)),
                        part);
    });
    const Handle& file = written->handle();
    for (const Dataset& d : datasets()) {
        if (!d.hourly()) {
            continue;
        }
        // One agreement a dataset: a rank whose disk is full must not leave the others waiting.
        agree(writers, [&] {
            const Handle group = h5::exists(file, d.group) ? h5::open_group(file, d.group)
                                                           : h5::make_group(file, d.group);
            const HourTable& values = tables.at(d.path());
            const Extent extent = extent_of(d, values.items, axes, system, hours);
            const Handle dataset = create_hourly(group, d, extent);
            write_hours(d, dataset, extent, mine, values);
        });
    }
    agree(writers, [&] { written->flush(); });
    agree(writers, [&] { written->close(); });
}

/// The communicator of the ranks that hold hours; the others get MPI_COMM_NULL.
class Writers {
public:
    Writers(const Comm& comm, bool member) {
        MPI_Comm_split(comm.raw(), member ? 0 : MPI_UNDEFINED, comm.rank(), &raw_);
    }
    ~Writers() {
        if (raw_ != MPI_COMM_NULL) {
            MPI_Comm_free(&raw_);
        }
    }
    Writers(const Writers&) = delete;
    Writers& operator=(const Writers&) = delete;
    Writers(Writers&&) = delete;
    Writers& operator=(Writers&&) = delete;

    [[nodiscard]] MPI_Comm raw() const { return raw_; }

private:
    MPI_Comm raw_ = MPI_COMM_NULL;
};

/// agree() for work that keeps some ranks much longer than others, which sleep meanwhile.
void agree_at_rest(const Comm& comm, const std::function<void()>& work) {
    agree(comm, [&] {
        try {
            work();
        } catch (...) {
            rest(comm);
            throw;
        }
        rest(comm);
    });
}

/// The root's, on all ranks.
std::string common_part(const Comm& comm, const std::string& path) {
    const std::string own = part_name(path);
    const auto* bytes = reinterpret_cast<const std::byte*>(own.data());
    std::vector<std::byte> name(bytes, bytes + own.size());
    broadcast_bytes(comm, name);
    return {reinterpret_cast<const char*>(name.data()), name.size()};
}

/// Finds out in the operating system's own words whether the file can be written at all.
void try_to_write(const std::string& part, const std::string& path) {
    if (!std::ofstream(part, std::ios::binary | std::ios::trunc)) {
        throw Error(Exit::file,
                    fmt::format("'{}' cannot be written: {}", path, std::strerror(errno)));
    }
}

/// Lets the bytes reach the disk before the name promises them.
void give_name(const std::string& part, const std::string& path) {
    const int file = open(part.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && fsync(file) == 0;
    if (file >= 0) {
        close(file);
    }
    if (!synced || std::rename(part.c_str(), path.c_str()) != 0) {
        throw Error(Exit::file,
                    fmt::format("'{}' cannot be written: {}", path, std::strerror(errno)));
    }
}

/// What is not written to its end, and locks that Open MPI has laid beside it.
void remove_part(const std::string& part) {
    const std::filesystem::path file(part);
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const std::string own = file.filename().string();
    std::error_code none;
    for (std::filesystem::directory_iterator entry(folder, none), end; entry != end;
         entry.increment(none)) {
        const std::string name = entry->path().filename().string();
        if (name == own || (name.starts_with(own + "-") && name.ends_with(".lock"))) {
            std::filesystem::remove(entry->path(), none);
        }
    }
}

} // namespace

void require_writable(const std::string& path, std::string_view begins_with) {
    std::error_code none;
    if (path.empty()) {
        throw Error(Exit::usage, "a file without a name cannot be written");
    }
    if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none)) {
        throw Error(Exit::file, fmt::format("'{}' cannot be written: it is no file", path));
    }
    std::ifstream old(path, std::ios::binary);
    std::string begin(begins_with.size(), '\0');
    old.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(old.gcount()));
    if (!begin.empty() && begin != begins_with) {
        throw Error(
            Exit::file,
            fmt::format("'{}' is not written over: what it holds is of another kind", path));
    }
    const std::string part = part_name(path);
    try_to_write(part, path);
    std::remove(part.c_str());
}

void write_results(const Comm& comm, const std::string& path, const System& system,
                   const partition::Owners& owners, const Content& content) {
    const h5::Quiet quiet;
    const std::string part = common_part(comm, path);
    try {
        agree(comm, [&] {
            check_shapes(system, content);
            if (comm.root()) {
                try_to_write(part, path);
            }
        });
        const SmallData small = collect_small(comm, system, owners, content);
        HourTables tables;
        agree(comm, [&] { tables = collect_hours(comm, system, owners, content); });
        {
            const Share mine = hours_of_rank(content.span.size(), comm.rank(), comm.size());
            const Writers writers(comm, mine.end > mine.begin);
            agree_at_rest(comm, [&] {
                if (writers.raw() != MPI_COMM_NULL) {
                    write_hourly(Comm(writers.raw()), part, system, content.span.size(), mine,
                                 tables);
                }
            });
        }
        agree_at_rest(comm, [&] {
            if (comm.root()) {
                write_small(part, system, content, small);
                give_name(part, path);
            }
        });
    } catch (const Error&) {
        if (comm.root()) {
            remove_part(part);
        }
        throw;
    }
}

} // namespace longyang::results
