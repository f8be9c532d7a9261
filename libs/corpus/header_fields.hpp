// The fields of a message's header but those of MIME.
#pragma once

#include <string>
#include <vector>

#include "corpus/expected.hpp"
#include "corpus/field_text.hpp"

namespace scop::corpus {

// A field as it is written, with its line end, and what it means.
struct WrittenField {
  std::string octets;
  ExpectedField expected;
};

// name, white space where obsolete, ":", the text.
WrittenField written(std::string name, FieldText& text);

std::vector<WrittenField> message_fields(Random& random, const Manner& manner);

// A subject-like value: ASCII words, encoded words or UTF-8.
void add_unstructured(FieldText& text, std::size_t words);

}  // namespace scop::corpus
