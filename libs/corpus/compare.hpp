// What a reader found against what it must find.
#pragma once

#include <string>
#include <vector>

#include "corpus/expected.hpp"
#include "mime/entity.hpp"

namespace scop::corpus {

// One line for each difference, with the path of the node: "1.2: type is text/plain, not text/html". At
// most 20.
std::vector<std::string> differences(const ExpectedNode& expected, const mime::Entity& found,
                                     mime_text::Charsets& charsets);

// No octets are kept aside anywhere: neither lines that are no fields nor bodies that are not what they say.
bool is_regular(const mime::Entity& entity);

}  // namespace scop::corpus
