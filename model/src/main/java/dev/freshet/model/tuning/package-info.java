/**
 * Ways to adapt a frozen backbone by training few parameters: a sealed family of methods, the
 * tensors of each, and their part in the forward pass.
 *
 * <p>A {@link dev.freshet.model.tuning.Tuning} is a method with what goes along with any of them.
 * It makes {@link dev.freshet.model.tuning.ModuleTensors}, new ones or from a checkpoint, and binds
 * them to the extension points {@link dev.freshet.model.encoder.BertModules}, which a {@link
 * dev.freshet.model.encoder.BertModel} is made with. To add a method is to add a record to {@link
 * dev.freshet.model.tuning.TuningMethod}.
 */
@NullMarked
package dev.freshet.model.tuning;

import org.jspecify.annotations.NullMarked;
