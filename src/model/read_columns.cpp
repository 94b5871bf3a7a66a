#include "model/read_columns.hpp"

#include <vector>

namespace longyang::model {

void read_columns(const lp::Block& block, std::span<const double> values,
                  std::initializer_list<Destination> destinations) {
    std::vector<std::span<double>> row_of_family(block.families.size());
    for (std::size_t f = 0; f < block.families.size(); ++f) {
        for (const Destination& destination : destinations) {
            if (block.families[f] == destination.family) {
                row_of_family[f] = destination.row;
            }
        }
    }
    for (std::size_t j = 0; j < values.size(); ++j) {
        const lp::Label label = block.column_label[j];
        const std::span<double> row = row_of_family[static_cast<std::size_t>(label.family)];
        if (!row.empty() && label.hour >= 0) {
            row[static_cast<std::size_t>(label.hour)] = values[j];
        }
    }
}

} // namespace longyang::model
